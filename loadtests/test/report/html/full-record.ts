import type { RecordedRun, RunRecord } from '@hotpath/loadtests/run-record';
import { histogramOf } from '@hotpath/loadtests/statistics/histogram';
import { studyRecord } from '../record-fixture.js';

/** A study that has everything that a record can have, in plain numbers. */
export function fullStudy(): RunRecord {
  const record = studyRecord({
    blocks: [412, 300, 500].map((p95, i) => ({
      floor: { p95: 1 + i / 10 },
      naive: { p95, intended: null, lost: 3_000, cpu: 1_500 + i },
      async: { p95: 2.5 + i / 5, cpu: 80 + i },
    })),
  });
  for (const run of record.runs) addCourse(run);
  return record;
}

/** A single run, with a label as long as that of somebody's service. */
export function fullRun(): RunRecord {
  const record = fullStudy();
  const label = `http://${'very-long-name.'.repeat(8)}example.test:8080`;
  const [run] = record.runs;
  if (run === undefined) throw new Error('no run');
  const entry = { label, arm: 'remote', exact: false, storesEvents: false, promise: 'not known' };
  const plan = { ...record.plan, blocks: 1, rig: 'none', entries: [entry], orders: [[label]] };
  return { ...record, kind: 'run', plan, runs: [{ ...run, label, arm: 'remote', block: 0 }] };
}

function addCourse(run: RecordedRun): void {
  const { load } = run;
  const p50 = load.answeredMs?.p50 ?? 1;
  const latencies = Array.from({ length: load.outcomes.counted }, (_, i) => p50 * (0.5 + (i % 40)));
  const histogram = histogramOf(latencies);
  load.histogram = {
    buckets: histogram.map(([bucket]) => bucket),
    counts: histogram.map(([, count]) => count),
  };
  run.requestPhases = {
    requests: load.outcomes.counted,
    seconds: {
      receive: 1,
      validate: 0.5,
      wait: p50,
      store: 3 * p50,
      respond: 2,
      fingerprint: 0.25,
    },
    band: {
      ...{
        fromShare: 0.94,
        toShare: 0.96,
        sampled: 4_096,
        requests: 82,
        fromMs: p50,
        toMs: 4 * p50,
      },
      seconds: { receive: 0.1, validate: 0.01, wait: p50 / 8, store: p50 / 100 },
    },
  };
  for (const each of run.processes) {
    each.memory = { everySeconds: 1, rssMebibytes: [100, 120, 118] };
  }
  const steps = Array.from({ length: 10 }, (_, i) => i);
  const course = {
    everySeconds: 1,
    offered: steps.map(() => 1_200),
    acknowledged: steps.map(() => load.started / 10),
    dropped: steps.map(() => load.dropped / 10),
    p50Ms: steps.map((step) => p50 + step),
    p95Ms: steps.map((step) => (step === 4 ? null : p50 * 3 + step)),
  };
  run.courses = [
    { ...course, phase: 'warm-up', fromSeconds: -12 },
    { ...course, phase: 'measured', fromSeconds: 0 },
  ];
}
