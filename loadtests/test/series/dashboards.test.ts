/** Every query of every panel, against what Prometheus has of a real run with failures and drops. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { type PanelQuery, panelQueries } from '@hotpath/loadtests/series/panel-queries';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dashboardsDirectory, type ObservedRun, observeRun } from './observed-run.js';

/** What may be empty in this run, and why. Everything else must show something. */
const mayBeEmpty: Readonly<Record<string, string>> = {
  'hotpath-time / How long was the last slow fsync, and what else was slow? / A':
    'Redis notes only what takes 3 ms, and a fast disk is faster',
};

const dashboards = readdirSync(dashboardsDirectory).map((name) =>
  JSON.parse(readFileSync(join(dashboardsDirectory, name), 'utf8')),
);

let dir: RigDirectory;
let run: ObservedRun;

beforeAll(async () => {
  dir = await openTemporaryRigDirectory('dashboards');
  run = await observeRun(dir);
});
afterAll(() => dir.close());

/** Numbers and histograms; NaN is what a ratio says when nothing happened. */
async function pointsOf({ expr }: PanelQuery): Promise<number> {
  const { observers, startSeconds, endSeconds } = run;
  const series = await observers.prometheus.range(expr, {
    startSeconds,
    endSeconds,
    stepSeconds: 1,
  });
  return series.reduce(
    (points, { values = [], histograms = [] }) =>
      points +
      histograms.length +
      values.filter(([, text]) => Number.isFinite(Number(text))).length,
    0,
  );
}

const queriesOf = (dashboard: unknown) => {
  const rangeSeconds = run.endSeconds - run.startSeconds;
  return panelQueries(dashboard, { run: 'observed' }, { rangeSeconds, stepSeconds: 1 });
};
const nameOf = ({ dashboard, title, refId }: PanelQuery) => `${dashboard} / ${title} / ${refId}`;

test('in this run arrivals were dropped and requests failed', async () => {
  for (const sign of [
    'k6_dropped_iterations_total > 0',
    'k6_hotpath_outcomes_total{outcome!~"counted|duplicate"} > 0',
    'hotpath_events_total{outcome=~"failed|shed"} > 0',
  ]) {
    const at = { ...run, stepSeconds: 1 };
    expect(await run.observers.prometheus.range(sign, at), sign).not.toEqual([]);
  }
});

describe('every query of every panel has data of a real run', () => {
  test.each(dashboards.map((dashboard) => [dashboard.uid, dashboard]))('%s', async (_uid, one) => {
    const empty: string[] = [];
    for (const query of queriesOf(one)) {
      if ((await pointsOf(query)) === 0) empty.push(nameOf(query));
    }
    expect(empty.filter((name) => !(name in mayBeEmpty))).toEqual([]);
  });

  test('what may be empty is a query that there is', () => {
    const known = dashboards.flatMap(queriesOf).map(nameOf);
    expect(Object.keys(mayBeEmpty).filter((name) => !known.includes(name))).toEqual([]);
  });
});
