/** What is printed of a bench record, from the record alone. */
import { renderBenchMarkdown } from '@hotpath/loadtests/bench/bench-markdown';
import { type BenchRecord, benchRecords } from '@hotpath/loadtests/bench/bench-record';
import { renderBench } from '@hotpath/loadtests/bench/macro-text';
import { parseBenchConfig } from '@hotpath/loadtests/bench-command';
import { describe, expect, test } from 'vitest';

type Side = BenchRecord['sides'][number];

const rates = { 'floor-batched': 2_000, naive: 50, async: 1_000 } as const;

function sideOf(arm: keyof typeof rates, round: number, connections: number): Side {
  const acknowledged = rates[arm] * (connections === 64 ? 1 : 2) * round;
  const window = { seconds: 1, sent: acknowledged, answered: acknowledged, cpuSeconds: 0.2 };
  const all = { acknowledged, unknown: 0, counted: acknowledged, stored: acknowledged };
  const lost = arm === 'naive' ? 10 : 0;
  return {
    ...{ round, connections, arm, acknowledged, acknowledgedPerSecond: acknowledged },
    window: { ...window, refused: 0, socketErrors: 0 },
    ...{ cpuMicrosecondsPerEvent: { api: 100, redis: 20 }, drainMs: 1, othersCores: 0 },
    ledger:
      arm === 'floor-batched'
        ? null
        : { ...all, stored: acknowledged - lost, ...{ lost, surplus: 0 } },
  };
}

const arms = ['floor-batched', 'naive', 'async'] as const;
const sides = [1, 2].flatMap((round) =>
  [64, 500].flatMap((connections) => arms.map((arm) => sideOf(arm, round, connections))),
);

const record = benchRecords.parse(
  {
    ...{ schemaVersion: 1, kind: 'bench', id: '20260102-030405-7f3a', state: 'complete' },
    ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:06:05.000Z', problem: '' },
    program: { commit: null, dirty: false },
    host: { cpuModel: 'Some CPU', cores: 2, memoryBytes: 1, kernel: '6' },
    ...{ versions: { node: '20' }, durability: { holds: true, settings: {} } },
    plan: {
      ...{ rig: 'native', seed: 7, arms, rounds: 2, connections: [64, 500] },
      ...{ measureSeconds: 1, warmUpSeconds: 1, profiled: false },
    },
    sides,
  },
  'x/bench.json',
);

describe('a bench over two numbers of connections', () => {
  test('compares arms only where they had as many', () => {
    const text = renderBench(record);
    const parts = text.split(/^(?=Saturated by )/m);
    expect(parts.map((part) => part.split(',')[0])).toEqual([
      ...['Saturated by 64 connections', 'Saturated by 500 connections'],
    ]);
    for (const part of parts) {
      expect(part).toMatch(/^async ÷ floor-batched: 0\.50 × \(.*rounds 0\.50, 0\.50\)/m);
      expect(part).toMatch(/^async ÷ naive: 20 × /m);
    }
  });

  test('is a table for the README, with the ledgers of all rounds', () => {
    const text = renderBenchMarkdown(record);
    expect(text).toContain('| | floor-batched | naive | async |');
    expect(text).toContain('| 64 connections: achieved (2xx) | 3,000 /s | 75 /s | 1,500 /s |');
    expect(text).toContain('| 500 connections: achieved (2xx) | 6,000 /s | 150 /s | 3,000 /s |');
    expect(text).toContain('| 500 connections: CPU an event, all | 120 µs | 120 µs | 120 µs |');
    expect(text).toMatch(/^- 64 connections: async ÷ floor-batched 0\.50 × /m);
    expect(text).toContain('naive lost 40 of 450; async stored each of 9,000 acknowledged events');
  });

  test('says of an arm that is not exact nothing but that', () => {
    const broken = sides.map((side) =>
      side.arm === 'async' && side.ledger !== null
        ? { ...side, ledger: { ...side.ledger, stored: 1, lost: side.acknowledged - 1 } }
        : side,
    );
    const text = renderBenchMarkdown({ ...record, sides: broken });
    expect(text).toContain('async ÷ naive: no ratio, as async is not exact');
    expect(text).toContain('async BROKE ITS PROMISE: lost');
  });

  test('that was interrupted says so, and compares the rounds that it has', () => {
    const begun = { ...record, state: 'interrupted' as const, sides: sides.slice(0, 10) };
    const text = renderBench(begun);
    expect(text).toContain('UNFINISHED (interrupted).');
    expect(text).toMatch(/^async ÷ naive: 20 × \(no interval; rounds 20\)/m);
    expect(renderBench({ ...begun, sides: [] })).toContain('UNFINISHED (interrupted).');
  });
});

test.each(['0', '64,64', '64,', '10001', 'x'])('--connections %s is refused', (text) => {
  expect(() => parseBenchConfig(['macro', '--connections', text])).toThrow('--connections');
});

test('flags that leave nothing to do are refused', () => {
  expect(parseBenchConfig(['--connections', '64,500']).connections).toEqual([64, 500]);
  expect(() => parseBenchConfig(['--connections', '64,500', '--profile'])).toThrow('one number');
  expect(() => parseBenchConfig(['micro', '--out', 'x'])).toThrow('micro leaves no record');
});
