/** Where the time of a request goes, by the clock of the API: on the mean, and of those around the p95. Pure. */
import { phaseNames } from '@hotpath/contract/phase-clock';
import { countText, millisecondsText, shareText } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { validRuns } from './comparison.js';

export interface Decomposition {
  readonly label: string;
  readonly runs: number;
  readonly requests: number;
  /** Mean milliseconds of a request by phase; what the phases add up to. */
  readonly meansMs: ReadonlyMap<string, number>;
  readonly allMs: number;
}

/** Of all requests of the valid runs of each arm; none for records that don't say. */
export function meanDecompositions(record: RunRecord): Decomposition[] {
  return decompositionsOf(record, (phases) => phases);
}

/** Of those around the p95 of each valid run: a uniform sample, so `requests` is what was looked at. */
export function bandDecompositions(record: RunRecord): Decomposition[] {
  return decompositionsOf(record, ({ band }) => band);
}

/** In the order in which a request goes through them. */
export function phasesOf(arms: readonly Decomposition[]): string[] {
  const seen = new Set(arms.flatMap(({ meansMs }) => [...meansMs.keys()]));
  return phaseNames.filter((name) => seen.has(name));
}

/**
 * How the requests around the p95 were chosen, and how much of the p95 that k6 saw they explain: the rest is the
 * kernel's and the generator's own waiting for a core. Null where there are none.
 */
export function bandMethod(record: RunRecord): string | null {
  const sample = bandSample(record);
  const explained = explainedText(record);
  return sample === null || explained === '' ? sample : `${sample}. ${explained}`;
}

/** How they were chosen, alone. */
export function bandSample(record: RunRecord): string | null {
  const bands = record.runs.flatMap(({ requestPhases }) => requestPhases?.band ?? []);
  const [first] = bands;
  if (first === undefined) return null;
  const sampled = Math.max(...bands.map((band) => band.sampled));
  const rank = (share: number) => `p${Number((share * 100).toFixed(1))}`;
  return (
    `around the p95: between ${rank(first.fromShare)} and ${rank(first.toShare)} of the time that the API ` +
    `took, in a uniform sample of up to ${countText(sampled)} acknowledged requests of each run`
  );
}

/** 'Of the p95 that k6 saw, the API had naive 94 %', or nothing where nothing is known. */
export function explainedText(record: RunRecord): string {
  const parts = bandDecompositions(record).flatMap(({ label, allMs }) => {
    const seen = validRuns(record, label).flatMap(({ requestPhases, load }) =>
      requestPhases?.band && load.answeredMs ? [load.answeredMs.p95] : [],
    );
    const meanMs = seen.reduce((sum, p95) => sum + p95, 0) / seen.length;
    return meanMs > 0 ? [`${label} ${((allMs / meanMs) * 100).toFixed(0)} %`] : [];
  });
  return parts.length === 0 ? '' : `Of the p95 that k6 saw, the API had ${parts.join(', ')}`;
}

/** A row an arm for a table in text: which requests, how many, how long, share of each phase. */
export function decompositionRows(record: RunRecord): { columns: string[]; rows: string[][] } {
  const means = meanDecompositions(record);
  const bands = bandDecompositions(record);
  const phases = phasesOf(means);
  const row = (which: string, { label, requests, meansMs, allMs }: Decomposition) => [
    ...[label, which, countText(requests), millisecondsText(allMs)],
    ...phases.map((name) => shareText((meansMs.get(name) ?? 0) / Math.max(allMs, 1e-9))),
  ];
  const rows = means.flatMap((mean) => {
    const band = bands.find(({ label }) => label === mean.label);
    return [row('mean', mean), ...(band === undefined ? [] : [row('p95', band)])];
  });
  return { columns: ['', '', 'n', 'all', ...phases], rows };
}

interface Part {
  readonly requests: number;
  readonly seconds: Readonly<Record<string, number>>;
}

type PhasesOfRun = NonNullable<RunRecord['runs'][number]['requestPhases']>;

function decompositionsOf(
  record: RunRecord,
  partOf: (phases: PhasesOfRun) => Part | undefined,
): Decomposition[] {
  return record.plan.entries.flatMap(({ label }) => {
    const parts = validRuns(record, label).flatMap(
      ({ requestPhases }) => (requestPhases && partOf(requestPhases)) ?? [],
    );
    const requests = parts.reduce((sum, part) => sum + part.requests, 0);
    if (requests === 0) return [];
    const seconds = new Map<string, number>();
    for (const [name, each] of parts.flatMap((part) => Object.entries(part.seconds)))
      seconds.set(name, (seconds.get(name) ?? 0) + each);
    const meansMs = new Map([...seconds].map(([name, sum]) => [name, (sum / requests) * 1_000]));
    const allMs = [...meansMs.values()].reduce((sum, mean) => sum + mean, 0);
    return [{ label, runs: parts.length, requests, meansMs, allMs }];
  });
}
