/** What a load can be made to suffer. Off unless asked for, in the record, and void if nothing moved. */
import { oneOf, refuse, valueFlag } from './flags.js';

export const faultNames = ['row-lock', 'slow-fsync'] as const;
export type FaultName = (typeof faultNames)[number];

/** The check that voids a run whose fault did nothing. */
export const faultCheckName = 'the fault moved something';

/** What a slow disk adds to each fsync. */
export const slowFsyncMs = 2;
/** How long the row is held; a third of the window has gone by then. */
export const rowLockMs = 2_000;
/** So that a window has a before, a during and an after. */
const windowSecondsMin = 6;

/** What each does, as it is told beside every figure. */
export const faultSentences: Readonly<Record<FaultName, string>> = {
  'row-lock':
    `Fault row-lock: in each window a transaction of somebody else holds the row of the hottest issue ` +
    `for ${rowLockMs / 1_000} s.`,
  'slow-fsync': `Fault slow-fsync: each fsync of MySQL and of Redis takes ${slowFsyncMs} ms longer.`,
};

export const faultFlag = valueFlag(
  faultNames.join('|'),
  `hold the hottest row for ${rowLockMs / 1_000} s; ${slowFsyncMs} ms more an fsync (needs cc)`,
  oneOf(faultNames),
);

/** Throws UsageError where a fault would not fit. */
export function refuseMisfit(fault: FaultName | undefined, seconds: number | null): void {
  if (fault === undefined) return;
  refuse(
    seconds !== null && seconds < windowSecondsMin,
    `--fault ${fault} needs windows of at least ${windowSecondsMin} s, not ${seconds} s`,
  );
}
