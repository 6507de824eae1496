import { parseMetrics } from '@hotpath/loadtests/rig/arm';
import { phasesBetween, watchRequestPhases } from '@hotpath/loadtests/run/request-phases';
import { expect, test } from 'vitest';

const name = 'hotpath_request_phase_seconds';

function page(phases: Readonly<Record<string, readonly [count: number, seconds: number]>>) {
  const lines = Object.entries(phases).flatMap(([phase, [count, seconds]]) => [
    `${name}_bucket{phase="${phase}",le="+Inf"} ${count}`,
    `${name}_sum{phase="${phase}"} ${seconds}`,
    `${name}_count{phase="${phase}"} ${count}`,
  ]);
  return parseMetrics(
    ['# TYPE x histogram', ...lines, 'hotpath_ack_seconds_sum 99', ''].join('\n'),
  );
}

test('what came between two looks is kept, by phase', () => {
  const before = page({ wait: [10, 1], store: [10, 4] });
  const after = page({ wait: [30, 2], store: [30, 9] });
  expect(phasesBetween(before, after)).toEqual({ requests: 20, seconds: { wait: 1, store: 5 } });
});

test('an API without the series, without a request or started again in between says nothing', () => {
  const some = page({ wait: [10, 1] });
  expect(phasesBetween(page({}), page({}))).toBeUndefined();
  expect(phasesBetween(some, some)).toBeUndefined();
  expect(phasesBetween(page({ wait: [50, 9] }), page({ wait: [60, 1] }))).toBeUndefined();
});

test('an API whose page fails says nothing, whichever of the two looks it fails in', async () => {
  const pages = [page({ wait: [0, 0] }), page({ wait: [2, 1] })];
  for (const failing of [0, 1, 2]) {
    let looks = 0;
    const takeRequestSamples = async () => ({ requests: 0, phases: [], micros: [] });
    const metrics = async () => {
      const look = looks++;
      if (look === failing) throw new Error('no answer');
      return pages[look] ?? page({});
    };
    const later = await watchRequestPhases({ metrics, takeRequestSamples });
    expect(await later()).toEqual(
      failing === 2 ? { requests: 2, seconds: { wait: 1 } } : undefined,
    );
  }
});

/** Requests of 1 … 200 ms, a quarter of which is waiting; two after the first look, 200 after the second. */
function sampled(fails: readonly number[] = []) {
  let looks = 0;
  const metrics = async () =>
    page({ wait: [looks > 0 ? 200 : 0, 0], store: [looks > 0 ? 200 : 0, 0] });
  const takeRequestSamples = async () => {
    const look = looks++;
    if (fails.includes(look)) throw new Error('no answer');
    const all = Array.from({ length: look === 0 ? 2 : 200 }, (_, i) => (i + 1) * 1_000);
    const micros = all.map((whole) => [whole / 4, (whole * 3) / 4]);
    return { requests: 36_000, phases: ['wait', 'store'], micros };
  };
  return { metrics, takeRequestSamples };
}

test('the band around the p95 is that of the second look, with what its requests spent in each phase', async () => {
  const phases = await (await watchRequestPhases(sampled()))();
  expect(phases?.band).toMatchObject({
    ...{ fromShare: 0.94, toShare: 0.96, sampled: 200, requests: 4, fromMs: 189, toMs: 192 },
  });
  const { wait = 0, store = 0 } = phases?.band?.seconds ?? {};
  expect(wait).toBeCloseTo((189 + 190 + 191 + 192) / 4_000, 9);
  expect(store).toBeCloseTo(3 * wait, 9);
});

test('an API that gives no sample, at either look, has its means and no band', async () => {
  for (const fails of [[0], [1]]) {
    const phases = await (await watchRequestPhases(sampled(fails)))();
    expect(phases).toEqual({ requests: 200, seconds: { wait: 0, store: 0 } });
  }
});
