import { exitCodes } from '../exit-codes.js';
import type { RunRecord } from '../run-record.js';
import type { Verdict } from './verdict.js';

/** How a command ends that has made this record. */
export function exitCodeOf({ kind }: Verdict, { state }: RunRecord): number {
  switch (kind) {
    case 'faster':
    case 'slower':
    case 'no difference':
    case 'measured':
    case 'A/A holds':
      return exitCodes.ok;
    case 'ledger open':
      return exitCodes.promiseBroken;
    case 'both overloaded':
    case 'A/A broken':
    case 'invalid':
      return exitCodes.runInvalid;
    case 'unfinished':
      return state === 'interrupted' ? exitCodes.interrupted : exitCodes.rigFailed;
  }
}
