import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { sweep } from '@hotpath/loadtests/rig/rig-sweep';
import { mountSmallDisk, type SmallDisk } from '@hotpath/loadtests/rig/small-disk';
import { afterEach, beforeEach, expect, test } from 'vitest';

let dir: RigDirectory;
let disk: SmallDisk | null;

beforeEach(async () => {
  dir = await openTemporaryRigDirectory('small-disk');
  disk = await mountSmallDisk(dir, 'disk', 4);
});

afterEach(() => dir.close());

const mounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(dir.path);

/** Where this user can't mount there is no disk, and nothing is left of the attempt. */
function disks(): SmallDisk[] {
  expect(mounted()).toBe(disk !== null);
  return disk === null ? [] : [disk];
}

test('a full disk takes no byte more, and does again when it is emptied', async () => {
  for (const { path } of disks()) {
    const write = () => writeFileSync(join(path, 'file'), Buffer.alloc(5_000));
    write();
    await disk?.fill();
    expect(() => writeFileSync(join(path, 'another'), 'x')).toThrow('ENOSPC');
    disk?.empty();
    expect(write).not.toThrow();
  }
});

test('is gone when its rig is closed', async () => {
  disks();
  await dir.close();
  expect(mounted()).toBe(false);
});

test('is gone when its rig is swept, as that of a killed owner is', async () => {
  disks();
  await sweep(dir.path);
  expect(mounted()).toBe(false);
});
