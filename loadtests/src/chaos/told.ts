/** What a client was told of each event that it sent. */
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import type { ChaosProject } from './projects.js';

/** acknowledged by any 2xx; refused: promised not to be stored; unknown: anything else. */
export type Fate = 'acknowledged' | 'refused' | 'unknown';

export interface ChaosEvent {
  /** By the key that it is sent with; another project's event is another issue. */
  readonly project: ChaosProject;
  readonly message: string;
  readonly stackTrace?: string;
  readonly eventId?: string;
  readonly level?: string;
}

export interface Attempt {
  readonly fate: Fate;
  /** Since the start of the load. */
  readonly atMs: number;
  readonly ms: number;
  /** HTTP status, or the code of the failure. */
  readonly answer: string;
}

export interface ToldEvent {
  readonly event: ChaosEvent;
  readonly attempts: readonly Attempt[];
}

/** In distinct events. */
export interface ToldIssue {
  readonly fingerprint: string;
  readonly message: string;
  acknowledged: number;
  refused: number;
  unknown: number;
  readonly events: ToldEvent[];
}

/** One acknowledgement is enough; without any, one attempt that may have counted leaves it unknown. */
export function fateOf(attempts: readonly Attempt[]): Fate {
  const fates = attempts.map(({ fate }) => fate);
  if (fates.includes('acknowledged')) return 'acknowledged';
  return fates.includes('unknown') ? 'unknown' : 'refused';
}

/** Everything that was told, by issue. */
export class Told {
  readonly issues = new Map<string, ToldIssue>();

  add(told: ToldEvent): void {
    const { project, message, stackTrace } = told.event;
    const fingerprint = fingerprintV1({ message, stackTrace: stackTrace ?? null }, project);
    let issue = this.issues.get(fingerprint);
    if (issue === undefined) {
      issue = { fingerprint, message, acknowledged: 0, refused: 0, unknown: 0, events: [] };
      this.issues.set(fingerprint, issue);
    }
    issue[fateOf(told.attempts)] += 1;
    issue.events.push(told);
  }

  sum(fate: Fate): number {
    return [...this.issues.values()].reduce((total, issue) => total + issue[fate], 0);
  }
}
