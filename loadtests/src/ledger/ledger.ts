/**
 * Answers against what is stored, issue by issue. Replays the workload over the raw logs, so it knows of each
 * attempt which issue it was about; k6 writes only its number and its outcome. Pure.
 * Limit: it sees counts. One event lost and another counted twice in the same issue look like none.
 */
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import type { OutcomeLetter } from '../../k6/outcome.js';
import { type WorkloadOptions, workload, workloadIssue } from '../../k6/workload.js';

/** Offenders that are named; a naive run has a thousand. */
export const offendersMax = 20;

/** One k6 run. Several phases fill the same tables: all that ran since they were empty must be given. */
export interface LedgerPhase {
  readonly workload: WorkloadOptions;
  readonly attempts: AttemptLog;
  /**
   * Iterations that may have started, when more than the log knows of: k6 was stopped before its last ones
   * ended. They count as unknown. A bound is enough, such as what is logged plus the number of users.
   */
  readonly startedAtMost?: number;
}

/** What the ledger needs of a raw log. */
export interface AttemptLog {
  readonly started: number;
  eachAttempt(visit: (index: number, letter: OutcomeLetter) => void): void;
}

/** Distinct events of one fingerprint. */
export interface LedgerLine {
  readonly fingerprint: string;
  /** Name in the workload; null: nothing that was sent has this fingerprint. */
  readonly issue: string | null;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly refused: number;
  readonly stored: number;
  /** acknowledged − stored, if above 0. */
  readonly lost: number;
  /** stored − acknowledged − unknown, if above 0: counted twice, or counted though refused. */
  readonly surplus: number;
}

export interface Ledger {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly stored: number;
  readonly lost: number;
  readonly surplus: number;
  /** lost + surplus: 0 if closed. */
  readonly openBy: number;
  readonly closed: boolean;
  readonly issues: number;
  readonly issuesOpen: number;
  /** Stored fingerprints that nothing sent has; their counts are in `surplus`. */
  readonly unexpectedFingerprints: number;
  /** The open lines that are furthest off, at most `offendersMax`. */
  readonly worst: readonly LedgerLine[];
}

/**
 * Demands acknowledged ≤ stored ≤ acknowledged + unknown of every fingerprint, in distinct events: an
 * event with several receipts counts once, and a `duplicate` receipt is one like any other, since it
 * says that the event is counted already.
 * @param stored fingerprint → count
 */
export function ledgerOf(
  phases: readonly LedgerPhase[],
  stored: ReadonlyMap<string, number>,
): Ledger {
  const lines = tally(phases);
  for (const [fingerprint, count] of stored) {
    const line = lines.get(fingerprint) ?? emptyLine(fingerprint, null);
    line.stored = count;
    lines.set(fingerprint, line);
  }
  const settled = [...lines.values()].map((line) => ({
    ...line,
    lost: Math.max(0, line.acknowledged - line.stored),
    surplus: Math.max(0, line.stored - line.acknowledged - line.unknown),
  }));
  const open = settled.filter(({ lost, surplus }) => lost + surplus > 0);
  const sum = (key: 'acknowledged' | 'refused' | 'unknown' | 'stored' | 'lost' | 'surplus') =>
    settled.reduce((total, line) => total + line[key], 0);
  const openBy = sum('lost') + sum('surplus');
  return {
    acknowledged: sum('acknowledged'),
    refused: sum('refused'),
    unknown: sum('unknown'),
    stored: sum('stored'),
    lost: sum('lost'),
    surplus: sum('surplus'),
    openBy,
    closed: openBy === 0,
    issues: settled.length,
    issuesOpen: open.length,
    unexpectedFingerprints: settled.filter(({ issue }) => issue === null).length,
    worst: open.sort((a, b) => b.lost + b.surplus - a.lost - a.surplus).slice(0, offendersMax),
  };
}

interface OpenLine {
  readonly fingerprint: string;
  readonly issue: string | null;
  acknowledged: number;
  unknown: number;
  refused: number;
  stored: number;
}

function emptyLine(fingerprint: string, issue: string | null): OpenLine {
  return { fingerprint, issue, acknowledged: 0, unknown: 0, refused: 0, stored: 0 };
}

/** Of several outcomes of one event the greatest holds: once acknowledged, it is. */
const fate = { refused: 1, unknown: 2, acknowledged: 3 } as const;
const fateOf: Readonly<Record<OutcomeLetter, number>> = {
  c: fate.acknowledged,
  d: fate.acknowledged,
  f: fate.unknown,
  u: fate.unknown,
  s: fate.refused,
  r: fate.refused,
};

function tally(phases: readonly LedgerPhase[]): Map<string, OpenLine> {
  const lines = new Map<string, OpenLine>();
  for (const phase of phases) {
    const fates = fatesOf(phase);
    const issueOf = workloadIssue(phase.workload);
    const eventOf = workload(phase.workload);
    // One fingerprint an issue, not one an event: equal by the workload's own promise, which is tested.
    const ofIssue = new Map<string, OpenLine>();
    for (let index = 0; index < fates.length; index++) {
      const issue = issueOf(index);
      let line = ofIssue.get(issue);
      if (line === undefined) {
        const fingerprint = fingerprintV1(eventOf(index));
        line = lines.get(fingerprint) ?? emptyLine(fingerprint, issue);
        lines.set(fingerprint, line);
        ofIssue.set(issue, line);
      }
      if (fates[index] === fate.acknowledged) line.acknowledged++;
      else if (fates[index] === fate.refused) line.refused++;
      else line.unknown++; // also an iteration that left no line: it may have been sent
    }
  }
  return lines;
}

function fatesOf({ attempts, startedAtMost = 0 }: LedgerPhase): Uint8Array {
  const fates = new Uint8Array(Math.max(attempts.started, startedAtMost));
  attempts.eachAttempt((index, letter) => {
    fates[index] = Math.max(fates[index] as number, fateOf[letter]);
  });
  return fates;
}
