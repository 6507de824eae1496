/** The arms that run in a rig's directory, whoever holds it: `rig up`, a study or a run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armNames } from '../arms.js';
import { isAlive, listeningAddressesOf, type ProcessIdentity } from '../rig/proc.js';
import { readOwner } from '../rig/rig-lock.js';

export interface RunningArm {
  readonly name: string;
  readonly urls: readonly string[];
}

export function isHeld(path: string): boolean {
  return readOwner(path) !== null;
}

/** Those that listen at this moment: a study stops and starts them all the time. */
export function armsIn(path: string): RunningArm[] {
  const found = recordsIn(path).flatMap((record) => {
    const name = armNames.find((arm) => [arm, `${arm}-api`, `${arm}-worker`].includes(record.name));
    const [address] = name !== undefined && isAlive(record) ? listeningAddressesOf(record.pid) : [];
    return name === undefined || address === undefined ? [] : [{ name, url: `http://${address}` }];
  });
  return armNames.flatMap((name) => {
    const urls = found.filter((one) => one.name === name).map(({ url }) => url);
    return urls.length === 0 ? [] : [{ name, urls }];
  });
}

function recordsIn(path: string): (ProcessIdentity & { readonly name: string })[] {
  const records = join(path, 'processes');
  return namesIn(records).flatMap((file) => {
    try {
      return [JSON.parse(readFileSync(join(records, file), 'utf8'))];
    } catch {
      return []; // just ended, or not whole yet: the next look tells
    }
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
