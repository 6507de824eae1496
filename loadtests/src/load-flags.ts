/** The flags that study and run share. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { observeKinds, openPreset, rigKinds } from './config.js';
import { type Flag, oneOf, valueFlag, wholeNumber } from './flags.js';

export const seedMax = 2 ** 31 - 1;
export const rateFlag = valueFlag(
  'R',
  `arrivals a second (${openPreset.ratePerSecond})`,
  wholeNumber(1, 100_000),
);
export const secondsFlag = valueFlag(
  'S',
  'length of the measured window, seconds',
  wholeNumber(1, 3_600),
);
export const warmUpFlag = valueFlag('S', 'length of the warm-up, seconds', wholeNumber(1, 600));
export const seedFlag = valueFlag('S', 'seed of order and events (drawn)', wholeNumber(0, seedMax));
export const rigFlag = valueFlag(rigKinds.join('|'), 'where servers run (auto)', oneOf(rigKinds));
export const observeFlag = valueFlag(
  observeKinds.join('|'),
  'Prometheus beside the load (auto: if it is here or can be fetched)',
  oneOf(observeKinds),
);
export const outFlag: Flag<string | undefined> = valueFlag(
  'DIR',
  'where the run record goes (runs/<id>)',
  z.string().min(1, 'takes a directory'),
);

export const rigDirectoryFlag = {
  ...valueFlag('DIR', 'where the rig puts its servers', z.string().min(1, 'takes a directory')),
  hidden: true,
} as const;

export function pathOf(text: string | undefined): string | null {
  return text === undefined ? null : resolve(text);
}
