import { workloadDefaults } from '../../k6/workload.js';
import { openPresets } from '../config.js';
import { readStoredCounts } from '../ledger/issues.store.js';
import { type LedgerPhase, ledgerOf } from '../ledger/ledger.js';
import type { LatencyHistogram } from '../load-course.js';
import type { RecordedLedger, RecordedLoad } from '../run-record.js';
import { type Histogram, histogramOf } from '../statistics/histogram.js';
import { outcomeImbalance } from '../statistics/outcome-balance.js';
import { intendedPercentile, percentile } from '../statistics/percentile.js';
import type { K6Summary, Load, LoadFiles } from './k6-load.js';
import { acknowledgedLetters, type RawLog, readRawLog } from './raw-log.js';

/** Fingerprints that a record names when a ledger is open. */
const examplesMax = 5;

/** What is known of one k6 process that has ended. */
export interface EndedLoad {
  readonly load: Load;
  readonly files: LoadFiles;
  readonly log: RawLog;
  readonly summary: K6Summary;
}

export async function readEndedLoad(
  load: Load,
  files: LoadFiles,
  summary: K6Summary,
): Promise<EndedLoad> {
  return { load, files, log: await readRawLog(files.raw), summary };
}

/** The measured window in numbers, all from the raw log but for the dropped, which leave no line. */
export function describeLoad({ load, log, summary }: EndedLoad): RecordedLoad {
  const windowSeconds = load.seconds ?? spanSeconds(log);
  const { dropped } = summary;
  const started = log.length;
  const isScheduled = openPresets[load.scenario] !== undefined && load.ratePerSecond !== null;
  const offered = isScheduled ? (load.ratePerSecond ?? 0) * windowSeconds : started + dropped;
  const outcomes = log.outcomes();
  const goodMs = log.durationsMs(acknowledgedLetters);
  const missing = Math.max(0, offered - goodMs.length);
  const p95Ms = intendedPercentile(goodMs, missing, 0.95);
  const at = (share: number) => percentile(goodMs, share) ?? 0;
  // An overloaded arm answers hundreds of waiting users after the last arrival: no rate of the window.
  const windowEndMs = (log.span()?.firstStartMs ?? 0) + windowSeconds * 1_000;
  return {
    offered,
    offeredPerSecond: offered / windowSeconds,
    started,
    dropped,
    answered: started - outcomes.unanswered,
    achievedPerSecond: log.endedBy(acknowledgedLetters, windowEndMs) / windowSeconds,
    windowSeconds,
    outcomes,
    answeredMs:
      goodMs.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
    intended: {
      p95Ms: typeof p95Ms === 'number' ? p95Ms : null,
      slowShare: missing / Math.max(1, offered),
    },
    lateMs: isScheduled && dropped === 0 ? latenessOf(log, load.ratePerSecond ?? 0) : null,
    summary: { iterations: summary.iterations, dropped, p95Ms: summary.p95Ms },
    histogram: recordedHistogram(histogramOf(goodMs)),
  };
}

function latenessOf(log: RawLog, ratePerSecond: number): RecordedLoad['lateMs'] {
  const late = log.latenessMs(ratePerSecond);
  const [p95, p99, max] = [0.95, 0.99, 1].map((share) => percentile(late, share) ?? 0);
  return { p95: p95 ?? 0, p99: p99 ?? 0, max: max ?? 0 };
}

function recordedHistogram(histogram: Histogram): LatencyHistogram {
  return {
    buckets: histogram.map(([bucket]) => bucket),
    counts: histogram.map(([, count]) => count),
  };
}

function spanSeconds(log: RawLog): number {
  const span = log.span();
  return span === null ? 1 : Math.max(1, (span.lastEndMs - span.firstStartMs) / 1_000);
}

/**
 * Holds what was answered against what is stored.
 * @param databaseUrl null: the arm stores nothing, or its database can't be reached from here
 */
export async function settleLedger(
  loads: readonly EndedLoad[],
  databaseUrl: string | null,
): Promise<RecordedLedger> {
  const phases = loads.map(phaseOf);
  const stored =
    databaseUrl === null ? new Map<string, number>() : await readStoredCounts(databaseUrl);
  const ledger = ledgerOf(phases, stored);
  const seen = databaseUrl !== null;
  return {
    acknowledged: ledger.acknowledged,
    refused: ledger.refused,
    unknown: ledger.unknown,
    stored: seen ? ledger.stored : null,
    lost: seen ? ledger.lost : 0,
    surplus: seen ? ledger.surplus : 0,
    issuesOpen: seen ? ledger.issuesOpen : 0,
    balanced: loads.every(isBalanced),
    closed: seen ? ledger.closed : null,
    examples: (seen ? ledger.worst.slice(0, examplesMax) : []).map(
      ({ fingerprint, acknowledged, unknown, stored }) => ({
        ...{ fingerprint, acknowledged, unknown, stored },
      }),
    ),
  };
}

function phaseOf({ load, log }: EndedLoad): LedgerPhase {
  const { seed, introduce } = load;
  return { workload: { ...workloadDefaults, seed, introduce }, attempts: log };
}

/** Raw log and k6's own counts are two witnesses of every attempt; they must say the same. */
function isBalanced({ log, summary }: EndedLoad): boolean {
  const outcomes = log.outcomes();
  return (
    outcomeImbalance(summary.iterations, outcomes) === 0 &&
    Object.entries(outcomes).every(([name, count]) => (summary.outcomes[name] ?? 0) === count) &&
    log.holes === 0 &&
    log.repeated === 0 &&
    log.tornBytes === 0
  );
}
