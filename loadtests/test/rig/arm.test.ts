import { type Arm, parseMetrics, startArm, sumOf } from '@hotpath/loadtests/rig/arm';
import { costOf, watchHost } from '@hotpath/loadtests/rig/host';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

let rig: RigDirectory;
let arm: Arm;

beforeAll(async () => {
  rig = await openTemporaryRigDirectory('arm');
  const stores = await takeStores(inject('stores'), 'rig-arm');
  arm = await startArm('async', { ...stores, dir: rig });
});

afterAll(() => rig.close());

async function post(message: string): Promise<number> {
  const response = await fetch(`${arm.url}/api/v1/errors/log`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  return response.status;
}

async function stored(): Promise<number> {
  const response = await fetch(`${arm.url}/api/v1/errors?limit=100`);
  const { issues } = (await response.json()) as { issues: { count: number }[] };
  return issues.reduce((sum, { count }) => sum + count, 0);
}

test('drained says when everything acknowledged is stored, and how long that took', async () => {
  for (let event = 0; event < 20; event += 1) expect(await post(`disk ${event % 2}`)).toBe(200);
  const tookMs = await arm.drained({ withinMs: 15_000 });
  expect(tookMs).toBeLessThan(15_000);
  const metrics = await arm.metrics('worker');
  expect(sumOf(metrics, 'hotpath_backlog_events')).toBe(0);
  expect(await stored()).toBe(20);
});

test('a restarted API serves at the same address and has lost nothing', async () => {
  const { url } = arm;
  const { pid } = arm.api;
  await arm.api.kill('SIGKILL');
  await arm.restart('api');
  expect(arm.url).toBe(url);
  expect(arm.api.pid).not.toBe(pid);
  expect(await post('after the restart')).toBe(200);
  await arm.drained({ withinMs: 15_000 });
  expect(await stored()).toBe(21);
  expect(rig.deaths).toEqual([]);
});

test('what the processes cost is read from outside of them', async () => {
  const pids = [arm.api.pid, arm.worker?.pid ?? 0];
  const before = costOf(pids);
  const host = watchHost();
  for (let event = 0; event < 200; event += 1) await post('costly');
  const after = costOf(pids);
  const { idleShare, clockStepMs, seconds } = host.stop();
  expect(after?.cpuMicroseconds).toBeGreaterThan(before?.cpuMicroseconds ?? Number.NaN);
  expect(after?.rssBytes).toBeGreaterThan(20 * 2 ** 20);
  expect(idleShare).toBeGreaterThanOrEqual(0);
  expect(idleShare).toBeLessThan(1);
  expect(clockStepMs).toBeLessThan(50);
  expect(seconds).toBeGreaterThan(0);
  expect(costOf([2 ** 22 + 1])).toBeNull();
});

test('stop ends API and worker of their own accord', async () => {
  const [api, worker] = [arm.api.exited, arm.worker?.exited];
  await arm.stop();
  expect(await api).toEqual({ code: 0, signal: null });
  expect(await worker).toEqual({ code: 0, signal: null });
});

test('a page of metrics is read with labels, exponents and infinities', () => {
  const metrics = parseMetrics(
    [
      '# HELP hotpath_events_total Events',
      'hotpath_events_total{outcome="counted"} 12',
      'hotpath_events_total{outcome="shed"} 3 1700000000000',
      'hotpath_ack_seconds_bucket{le="+Inf"} 1.5e+3',
      'hotpath_limit +Inf',
      '',
    ].join('\n'),
  );
  expect([...metrics]).toEqual([
    ['hotpath_events_total{outcome="counted"}', 12],
    ['hotpath_events_total{outcome="shed"}', 3],
    ['hotpath_ack_seconds_bucket{le="+Inf"}', 1500],
    ['hotpath_limit', Number.POSITIVE_INFINITY],
  ]);
  expect(sumOf(metrics, 'hotpath_events_total')).toBe(15);
  expect(sumOf(metrics, 'hotpath_events')).toBeUndefined();
});
