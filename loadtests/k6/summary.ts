/** What a load leaves behind beside its raw log. */
import { env } from './env.ts';
import { outcomeNames } from './outcome.ts';

interface SummaryData {
  readonly metrics: Readonly<
    Record<string, { readonly values: Readonly<Record<string, number>> } | undefined>
  >;
  readonly state: { readonly testRunDurationMs: number };
}

/** k6 calls this once, after the last iteration. */
export function handleSummary(data: SummaryData): Record<string, string> {
  const outputs: Record<string, string> = { stdout: shortText(data) };
  if (env.summaryFile !== undefined) outputs[env.summaryFile] = JSON.stringify(data);
  return outputs;
}

function shortText({ metrics, state }: SummaryData): string {
  const count = (name: string) => metrics[name]?.values.count ?? 0;
  const durations = metrics['http_req_duration{part:load}']?.values ?? {};
  const ms = (statistic: string) => `${(durations[statistic] ?? 0).toFixed(1)} ms`;
  const outcomes = Object.values(outcomeNames)
    .map((name) => [name, count(`hotpath_outcomes{outcome:${name}}`)] as const)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${n} ${name}`);
  const seconds = state.testRunDurationMs / 1_000;
  return [
    `${count('iterations{part:load}')} requests in ${seconds.toFixed(1)} s, ${count('dropped_iterations')} dropped`,
    outcomes.join(', ') || 'no outcomes',
    `p50 ${ms('med')}, p95 ${ms('p(95)')}, p99 ${ms('p(99)')} (of all answers, k6's own figures)`,
    '',
  ].join('\n');
}
