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
    const metrics = async () => {
      const look = looks++;
      if (look === failing) throw new Error('no answer');
      return pages[look] ?? page({});
    };
    const later = await watchRequestPhases({ metrics });
    expect(await later()).toEqual(
      failing === 2 ? { requests: 2, seconds: { wait: 1 } } : undefined,
    );
  }
});
