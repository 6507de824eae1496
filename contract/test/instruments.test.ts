import { gaugeOf, readCounterOf, registry } from '@hotpath/contract/instruments';
import type { MetricSpec } from '@hotpath/contract/metrics';
import { expect, test } from 'vitest';

const gauge = (name: string, labels: string[] = []): MetricSpec => ({
  kind: 'gauge',
  owner: 'process',
  name,
  labels,
  unit: 'events',
  help: 'for a test',
});

const samples = async (name: string) =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));

test('a gauge that cannot be read is absent, never 0 and never its last value', async () => {
  let value: number | null = 3;
  gaugeOf(gauge('test_backlog'), async () => value);
  expect(await samples('test_backlog')).toEqual(['test_backlog 3']);
  value = null;
  expect(await samples('test_backlog')).toEqual([]);
  value = 0;
  expect(await samples('test_backlog')).toEqual(['test_backlog 0']);
});

test('a gauge with a label forgets the label values that are gone', async () => {
  let value: Record<string, number> = { idle: 1, active: 2 };
  gaugeOf(gauge('test_pool', ['state']), () => value);
  expect(await samples('test_pool')).toHaveLength(2);
  value = { idle: 5 };
  expect(await samples('test_pool')).toEqual(['test_pool{state="idle"} 5']);
});

test('a counter that somebody else keeps is read at every scrape', async () => {
  const totals = { counted: 0, shed: 2 };
  readCounterOf({ ...gauge('test_events_total', ['outcome']), kind: 'counter' }, () => totals);
  expect(await samples('test_events_total')).toEqual([
    'test_events_total{outcome="counted"} 0',
    'test_events_total{outcome="shed"} 2',
  ]);
  totals.counted += 5;
  expect(await samples('test_events_total')).toContain('test_events_total{outcome="counted"} 5');
  let seconds = 1.5;
  readCounterOf({ ...gauge('test_busy_total'), kind: 'counter' }, () => seconds);
  expect(await samples('test_busy_total')).toEqual(['test_busy_total 1.5']);
  seconds = 2;
  expect(await samples('test_busy_total')).toEqual(['test_busy_total 2']);
});
