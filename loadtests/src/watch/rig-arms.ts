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

type RecordedProcess = ProcessIdentity & { readonly name: string };

export function isHeld(path: string): boolean {
  return readOwner(path) !== null;
}

/** Looks for the arms of one rig again and again: a study stops and starts them all the time. */
export class RigArms {
  /** Finding an address reads the kernel's table of all sockets, so it is done once a process. */
  private readonly urls = new Map<string, string>();

  constructor(private readonly path: string) {}

  /** Those that listen at this moment. */
  find(): RunningArm[] {
    const found = recordsIn(this.path).flatMap((record) => {
      const name = armOf(record);
      const url = name === undefined ? undefined : this.urlOf(record);
      return name === undefined || url === undefined ? [] : [{ name, url }];
    });
    return armNames.flatMap((name) => {
      const urls = found.filter((one) => one.name === name).map(({ url }) => url);
      return urls.length === 0 ? [] : [{ name, urls }];
    });
  }

  private urlOf(record: RecordedProcess): string | undefined {
    if (!isAlive(record)) return undefined;
    const key = `${record.pid} ${record.startTicks}`;
    const [address] = this.urls.has(key) ? [] : listeningAddressesOf(record.pid);
    if (address !== undefined) this.urls.set(key, `http://${address}`);
    return this.urls.get(key);
  }
}

function armOf({ name }: RecordedProcess): string | undefined {
  return armNames.find((arm) => [arm, `${arm}-api`, `${arm}-worker`].includes(name));
}

function recordsIn(path: string): RecordedProcess[] {
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
