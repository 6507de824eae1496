import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RawLog, readRawLog } from '@hotpath/loadtests/run/raw-log';
import { outcomeImbalance } from '@hotpath/loadtests/statistics/outcome-balance';
import { expect, test } from 'vitest';
import { outcomeOf } from '../../k6/outcome.ts';
import { workload, workloadDefaults } from '../../k6/workload.ts';
import { type K6End, runK6, scenario, withDirectory } from './run-k6.js';
import { receipt, type ScriptedService, scriptedService } from './scripted-service.js';

const seed = 21;
const eventOf = workload({ seed, ...workloadDefaults });

interface Loaded {
  readonly end: K6End;
  readonly log: RawLog;
  readonly counts: (metric: string) => number;
}

async function load(
  service: Pick<ScriptedService, 'url'>,
  name: string,
  settings: Record<string, string>,
): Promise<Loaded> {
  return withDirectory(async (directory) => {
    const [raw, summary] = [join(directory, 'raw.log'), join(directory, 'summary.json')];
    const end = await runK6('run', scenario(name), {
      args: ['--log-format', 'raw', '--console-output', raw],
      settings: {
        HOTPATH_URL: service.url,
        HOTPATH_SEED: String(seed),
        HOTPATH_RAW: '1',
        HOTPATH_SUMMARY: summary,
        ...settings,
      },
    });
    const { metrics } = JSON.parse(await readFile(summary, 'utf8')) as {
      metrics: Record<string, { values: Record<string, number> } | undefined>;
    };
    const counts = (metric: string) => metrics[metric]?.values.count ?? 0;
    return { end, log: await readRawLog(raw), counts };
  });
}

const answers: [letter: string, status: number, body: string][] = [
  ['counted', 200, receipt('saved')],
  ['counted', 200, receipt('queued')],
  ['duplicate', 200, receipt('duplicate')],
  ['rejected', 400, '{"code":"HP_INVALID"}'],
  ['shed', 429, '{"status":429}'],
  ['shed', 503, '{"status":503}'],
  ['failed', 500, '{"status":500}'],
  ['failed', 504, '{"status":504}'],
  ['failed', 200, 'it works'],
];

test('every answer has its one outcome, in the raw log and in the summary alike', async () => {
  const letterOf = new Map(
    Array.from({ length: 400 }, (_, index) => [eventOf(index).eventId, index] as const),
  );
  // Neither answered nor waited for: one in eleven is cut off, one in eleven hangs.
  const kinds = answers.length + 2;
  const service = await scriptedService(({ eventId }, response, request) => {
    const kind = (letterOf.get(eventId) as number) % kinds;
    if (kind === kinds - 1) return;
    if (kind === kinds - 2) return void request.socket.destroy();
    const [, status, body] = answers[kind] as (typeof answers)[number];
    response.writeHead(status).end(body);
  });
  try {
    const { end, log, counts } = await load(service, 'steady', {
      ...{ HOTPATH_RATE: '50', HOTPATH_DURATION: '2s', HOTPATH_TIMEOUT: '300ms' },
    });
    expect(end.code).toBe(0);
    expect(log).toMatchObject({ holes: 0, repeated: 0, tornBytes: 0 });
    expect(log.length + counts('dropped_iterations')).toBeGreaterThanOrEqual(99);
    expect(log.length).toBeGreaterThan(80);
    log.eachAttempt((index, letter) => {
      const expected = answers[index % kinds]?.[0] ?? 'unanswered';
      expect(`${index} ${letter}`).toBe(`${index} ${expected[0]}`);
    });
    const outcomes = log.outcomes();
    expect(outcomeImbalance(counts('iterations{part:load}'), outcomes)).toBe(0);
    for (const [name, count] of Object.entries(outcomes))
      expect([name, counts(`hotpath_outcomes{outcome:${name}}`)]).toEqual([name, count]);
    const [shortest, longest] = [log.durationsMs(['u'])[0] ?? 0, log.durationsMs(['u']).at(-1)];
    expect(shortest).toBeLessThan(290); // cut off
    expect(longest).toBeGreaterThanOrEqual(299); // timed out
    expect(longest).toBeLessThan(900);
  } finally {
    service.close();
  }
});

test('what is sent is the workload, each event once', async () => {
  const service = await scriptedService((_, response) => void response.end(receipt('queued')));
  try {
    const { log } = await load(service, 'closed', {
      ...{ HOTPATH_VUS: '5', HOTPATH_DURATION: '1s', HOTPATH_THINK_TIME: '10ms' },
      ...{ HOTPATH_ISSUES: '40', HOTPATH_FIRST_SIGHT_SHARE: '0.5', HOTPATH_SKEW: '0.5' },
    });
    const mine = workload({ seed, issues: 40, firstSightShare: 0.5, skew: 0.5 });
    const { received } = service;
    expect(log.length).toBeGreaterThan(50);
    const bodies = new Set(received.map(({ body }) => body));
    expect(bodies.size).toBe(log.length);
    expect(received.length).toBe(log.length);
    for (let index = 0; index < log.length; index++)
      expect(bodies.has(JSON.stringify(mine(index)))).toBe(true);
    expect(received[0]).toMatchObject({
      ...{ path: '/api/v1/errors/log', contentType: 'application/json' },
    });
  } finally {
    service.close();
  }
});

test('arrivals that find every user busy are dropped and counted, and numbered past', async () => {
  const service = await scriptedService(
    (_, response) => void setTimeout(() => response.end(receipt('saved')), 400),
  );
  try {
    const { log, counts } = await load(service, 'steady', {
      ...{ HOTPATH_RATE: '40', HOTPATH_DURATION: '2s', HOTPATH_VUS: '4' },
    });
    const dropped = counts('dropped_iterations');
    expect(dropped).toBeGreaterThan(40);
    expect(Math.abs(log.length + dropped - 80)).toBeLessThanOrEqual(1);
    // Drops take no number, so a hole means an event that may have been sent.
    expect(log).toMatchObject({ started: log.length, holes: 0 });
    expect(log.durationsMs()[0]).toBeGreaterThanOrEqual(399);
  } finally {
    service.close();
  }
});

test('an open load meets connections that are open, each user its own', async () => {
  const service = await scriptedService((_, response) => void response.end(receipt('saved')));
  try {
    const { log, counts } = await load(service, 'steady', {
      ...{ HOTPATH_RATE: '100', HOTPATH_DURATION: '1s', HOTPATH_VUS: '40' },
    });
    expect([service.connected(), service.unconnected()]).toEqual([40, 0]);
    // k6's own count of all iterations has the lead-in in it, the log and the load's own have not.
    expect(counts('iterations')).toBe(log.length + 40);
    expect(counts('iterations{part:load}')).toBe(log.length);
  } finally {
    service.close();
  }
});

test('the projects of neighbours meet open connections as well', async () => {
  const service = await scriptedService((_, response) => void response.end(receipt('saved')));
  try {
    const { code } = await runK6('run', scenario('neighbours'), {
      settings: {
        ...{ HOTPATH_URL: service.url, HOTPATH_KEYS: 'a,b,c', HOTPATH_FLOOD: '2' },
        ...{ HOTPATH_RATE: '20', HOTPATH_DURATION: '1s' },
      },
    });
    expect(code).toBe(0);
    expect(service.received.length).toBeGreaterThan(60);
    expect([service.connected(), service.unconnected()]).toEqual([72, 0]);
  } finally {
    service.close();
  }
});

test('a bare run prints a few lines, whatever the number of requests', async () => {
  const service = await scriptedService((_, response) => void response.end(receipt('saved')));
  try {
    const { code, stdout, stderr } = await runK6('run', scenario('steady'), {
      settings: {
        ...{ HOTPATH_URL: service.url, HOTPATH_RATE: '100', HOTPATH_DURATION: '1s' },
        HOTPATH_VUS: '20',
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^10[01] requests in .*, 0 dropped\n10[01] counted\np50 /);
    expect(stdout.split('\n').length).toBeLessThan(6);
  } finally {
    service.close();
  }
});

test('a status is what counts, and a 2xx only with a receipt', () => {
  for (const [name, status, body] of answers) expect(outcomeOf(status, body)).toBe(name[0]);
  expect(outcomeOf(0, '')).toBe('u');
  expect([301, 404, 413, 415, 501, 502].map((status) => outcomeOf(status, ''))).toEqual([
    ...['f', 'r', 'r', 'r', 'f', 'f'],
  ]);
  for (const body of ['', '{}', '{"status":"queue"}', receipt('lost'), receipt('')])
    expect(outcomeOf(200, body)).toBe('f');
});
