/** What a fault did to each arm, in words. Pure. */
import { type FaultName, faultSentences } from '../faults.js';
import { millisecondsText, none, shareText } from '../number-text.js';
import type { RecordedEntry, RecordedRun, RunRecord } from '../run-record.js';
import { medianOf } from '../statistics/median.js';
import { validRuns } from './comparison.js';
import { answered, droppedShare, failedShare, slowestAnswer } from './figures.js';

/** What was done, then a sentence an arm; none where nothing was broken on purpose. */
export function faultSentencesOf(record: RunRecord): string[] {
  const { fault, entries } = record.plan;
  if (fault === undefined) return [];
  return [
    faultSentences[fault as FaultName] ?? `Fault ${fault}.`,
    ...entries.flatMap((entry) => armSentence(record, entry)),
  ];
}

function armSentence(record: RunRecord, { label, storesEvents }: RecordedEntry): string[] {
  const runs = record.kind === 'run' ? record.runs : validRuns(record, label);
  if (runs.length === 0) return [];
  if (!storesEvents) return [`${label} stores nothing, so the fault does not reach it.`];
  const median = (of: (run: RecordedRun) => number | null, text: (value: number) => string) => {
    const values = runs.flatMap((run) => of(run) ?? []);
    return values.length === 0 ? none : text(medianOf(values));
  };
  const held = runs.flatMap(({ fault }) => fault?.waitingMax ?? []);
  const waited =
    held.length === 0
      ? ''
      : `; up to ${Math.max(...held)} of its transactions waited for the row at once`;
  return [
    `${label}: p95 ${median(answered('p95'), millisecondsText)}, p99 ` +
      `${median(answered('p99'), millisecondsText)}, slowest ${median(slowestAnswer, millisecondsText)} of ` +
      `what it answered; ${median(droppedShare, shareText)} of the arrivals dropped, ` +
      `${median(failedShare, shareText)} of the requests refused or failed${waited}.`,
  ];
}
