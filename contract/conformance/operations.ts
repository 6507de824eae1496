import { readFile } from 'node:fs/promises';
import { bodyBytesMax } from '@hotpath/contract/limits';
import type { MetricSpec } from '@hotpath/contract/metrics';
import { outcomes } from '@hotpath/contract/outcomes';
import { describe, expect, test } from 'vitest';
import { acknowledged, ask, batchPath, listPath, logPath, post, postBatch } from './client.ts';
import type { ArmUnderTest } from './conformance.ts';
import type { Stage } from './service.ts';
import { sighting, sightings, word } from './sightings.ts';

/** What those who run the service rely on: health, metrics, logs. Draining is under outages. */
export function operations(stage: () => Stage, { metrics, promises }: ArmUnderTest): void {
  const url = () => stage().service.url;

  describe('health', () => {
    test.each([
      ['live', { status: 'live' }],
      ['ready', { status: 'ready' }],
    ])('is %s', async (path, body) => {
      const answer = await ask(url(), { path: `/health/${path}` });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, body]);
      const worker = stage().service.worker?.url;
      if (worker) expect((await ask(worker, { path: `/health/${path}` })).status).toBe(200);
    });
  });

  test.each([
    ['GET', logPath],
    ['PUT', logPath],
    ['DELETE', listPath],
    ['POST', listPath],
    ['GET', '/'],
    ['GET', '/api/v1/errors/a/b'],
    ['POST', '/api/v1/error/log'],
  ])('%s %s is not found, as a problem', async (method, path) => {
    const answer = await ask(url(), { method, path });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([404, 'HP_NOT_FOUND']);
  });

  describe('metrics', () => {
    test('the API exports what it declares, with its help, and nothing else of ours', async () => {
      await acknowledged(url(), sighting()); // some series begin with the first event
      expect(await families(url())).toEqual(declared(metrics.api));
    });

    if (metrics.worker.length) {
      test('so does the worker', async () => {
        expect(await families(stage().service.worker?.url ?? '')).toEqual(declared(metrics.worker));
      });
    }

    test('every event ends in exactly one outcome, refused and batched ones too', async () => {
      const before = await outcomeCounts(stage());
      const repeated = sighting({ eventId: word() });
      const good = sighting();
      for (const event of [good, repeated, repeated]) await acknowledged(url(), event);
      await postBatch(url(), [...sightings(3), {}, null]);
      await post(url(), { message: '' });
      await ask(url(), { path: logPath, body: '{' });
      await ask(url(), { path: logPath, body: '{"__proto__":1}' });
      await ask(url(), { path: logPath, body: '{}', headers: { 'content-type': 'text/plain' } });
      await ask(url(), { path: logPath, body: 'x'.repeat(bodyBytesMax + 1) });
      await postBatch(url(), sightings(101));
      const after = await outcomeCounts(stage());
      const duplicates = promises.retriedEventCountsOnce ? 1 : 0;
      expect(difference(after, before)).toEqual({
        [outcomes.counted]: 6 - duplicates,
        [outcomes.duplicate]: duplicates,
        [outcomes.rejected]: 2 + 5 + 101,
        [outcomes.shed]: 0,
        [outcomes.failed]: 0,
      });
    });

    test('what is no event has no outcome', async () => {
      const before = await outcomeCounts(stage());
      await ask(url(), { method: 'POST', path: '/nowhere', body: '{}' });
      await ask(url(), { method: 'POST', path: '/debug/request-samples', body: '{' });
      await ask(url(), { path: listPath });
      await ask(url(), { path: `${listPath}?limit=0` });
      await ask(url(), { method: 'GET', path: batchPath });
      expect(await outcomeCounts(stage())).toEqual(before);
    });
  });

  test('every line that the processes log is JSON', async () => {
    const { api, worker } = stage().service;
    for (const { logFile } of [api, ...(worker ? [worker] : [])]) {
      const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n');
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'listening' });
      for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow();
    }
  });
}

const declared = (specs: readonly MetricSpec[]) =>
  Object.fromEntries(specs.map(({ name, kind, help }) => [name, { kind, help }]));

async function families(url: string): Promise<Record<string, { kind: string; help: string }>> {
  const { status, text } = await ask(url, { path: '/metrics' });
  expect(status).toBe(200);
  const found: Record<string, { kind: string; help: string }> = {};
  for (const [, name = '', help = ''] of text.matchAll(/^# HELP (hotpath_\w+) (.*)$/gm)) {
    const kind = new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1] ?? '';
    found[name] = { kind, help };
  }
  return found;
}

export async function outcomeCounts({ service }: Stage): Promise<Record<string, number>> {
  const metrics = await service.metrics();
  return Object.fromEntries(
    Object.values(outcomes).map((outcome) => [
      outcome,
      metrics.get(`hotpath_events_total{outcome="${outcome}"}`) ?? Number.NaN,
    ]),
  );
}

export const difference = (after: Record<string, number>, before: Record<string, number>) =>
  Object.fromEntries(Object.entries(after).map(([key, n]) => [key, n - (before[key] ?? 0)]));
