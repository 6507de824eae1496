/** What a study or run leaves on a real terminal however it ends: lines that were said, no display. */
import { rmSync } from 'node:fs';
import { openTemporaryRigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hotpathOnTerminal, type TerminalSession } from './pseudo-terminal.js';

const displayed = /gone, about/;
let path: string;
let session: TerminalSession | null = null;
beforeEach(() => {
  path = temporaryRigPath('clean-screen');
});
afterEach(async () => {
  session?.type('\x03');
  await session?.ended;
  rmSync(path, { recursive: true, force: true });
});

function run(rig: string): TerminalSession {
  const where = ['--rig-dir', rig, '--out', `${path}/record`];
  session = hotpathOnTerminal(['run', 'steady', '--arm', 'floor', ...where], { columns: 200 });
  return session;
}

test('after Ctrl-C', async () => {
  const { screen, type, ended } = run(`${path}/rig`);
  await waitUntil(() => displayed.test(screen().join('\n')), {
    withinMs: 15_000,
    until: 'progress is drawn',
  });
  type('\x03');
  expect(await ended).toBe(130);
  expect(screen()).toEqual([
    expect.stringContaining('Run of steady against floor'),
    expect.stringMatching(/^(\^C)?hotpath: interrupted: stopping; once more kills at once$/),
  ]);
});

test('after an error', async () => {
  const held = await openTemporaryRigDirectory('held-by-us');
  try {
    const { screen, ended, output } = run(held.path);
    expect(await ended).toBe(13);
    expect(output()).toMatch(displayed);
    expect(screen()).toEqual([
      expect.stringContaining('Run of steady against floor'),
      expect.stringMatching(/^hotpath: another hotpath/),
      ...screen().slice(2, 3), // its second half, where the terminal breaks it
    ]);
  } finally {
    await held.close();
  }
});
