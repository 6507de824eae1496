import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { workload, workloadDefaults } from '../../k6/workload.js';
import type { RecordedFault } from '../fault-record.js';
import { type FaultName, faultCheckName, rowLockMs } from '../faults.js';
import type { RecordedCheck } from '../run-record.js';
import { holdRow } from './row-lock.store.js';

/** Of a scenario whose length is its own and not known here. */
const windowSecondsGuess = 15;

/** One fault in one window. Nothing of it is left when inject() has resolved. */
export class InjectedFault {
  private seen: RecordedFault | null = null;

  constructor(
    private readonly name: FaultName,
    private readonly databaseUrl: string,
  ) {}

  /** Throws what mysql2 throws, and RigError when there is nothing to hold. */
  async inject(windowSeconds: number | null): Promise<void> {
    if (this.name !== 'row-lock') return; // the stores themselves have the others
    const startedAfterMs = Math.round(((windowSeconds ?? windowSecondsGuess) * 1_000) / 3);
    await sleep(startedAfterMs);
    const held = await holdRow(this.databaseUrl, hottestFingerprint(), rowLockMs);
    this.seen = { name: this.name, startedAfterMs, ...held };
  }

  /** As it stands in the record: what was done, and the rule that something must have moved. */
  get described(): { fault: RecordedFault; check: RecordedCheck } | null {
    if (this.seen === null) return null;
    const { waitingMax } = this.seen;
    const check = {
      name: faultCheckName,
      holds: waitingMax > 0,
      seen: `${waitingMax} transactions waited for the row`,
      limit: '≥ 1',
    };
    return { fault: this.seen, check };
  }
}

/** Rank 0 of the known issues, which are the same under every seed. */
export function hottestFingerprint(): string {
  return fingerprintV1(workload({ ...workloadDefaults, seed: 0, introduce: true })(0));
}
