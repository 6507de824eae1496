/** What must hold once everything has healed. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { defaultProject } from '@hotpath/contract/projects';
import { type Metrics, readMetrics, sumOf } from '../rig/arm.js';
import type { Violation } from './audit.js';
import { word } from './client.js';
import { readIssues } from './issue-rows.store.js';
import { leftInRedis } from './leftovers.store.js';
import { type ChaosProject, readTokenOf } from './projects.js';
import { Sender } from './sender.js';
import type { World } from './world.js';

const pollMs = 50;
const answerMsMax = 5_000;
/** From its acknowledgement to its row; the sync that the rig asks for comes every 0.3 s. */
export const freshMsMax = 3_000;

const after = (fact: string): Violation => ({ kind: 'after', fact, events: [] });

/** Waits until nothing is on its way, and ready again; a violation when that takes longer. */
export async function drain(
  world: World,
  withinMs: number,
  signal: AbortSignal,
): Promise<{ drainMs: number | null; violations: Violation[] }> {
  const startedAt = performance.now();
  await adoptOrphans(world);
  for (;;) {
    const missing = await missingToRest(world);
    const drainMs = Math.round(performance.now() - startedAt);
    if (missing === null) return { drainMs, violations: [] };
    if (drainMs > withinMs) {
      return { drainMs: null, violations: [after(`not drained in ${withinMs} ms: ${missing}`)] };
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/**
 * A second API that died left its journal to whoever starts next or looks again, which is once a minute:
 * an operator would start the other one again, and so do we.
 */
async function adoptOrphans({ services, journalDirectory }: World): Promise<void> {
  const gone = services['second api'].process;
  if (gone === null || journalFiles(journalDirectory).length === 0) return;
  await services.api.process?.stop();
  await services.api.up();
}

function journalFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => /\.(journal|damaged)$/.test(name));
}

/** Null when nothing is. */
async function missingToRest(world: World): Promise<string | null> {
  const { api, worker } = world.services;
  try {
    const said = await readMetrics(`${api.process?.url}/metrics`);
    const busy = ['hotpath_in_flight_events', 'hotpath_journal_bytes'].find(
      (name) => (sumOf(said, name) ?? 0) !== 0,
    );
    if (busy !== undefined) return `${busy} is ${sumOf(said, busy)}`;
    if (said.get('hotpath_mode{mode="normal"}') !== 1) return 'the API is not in normal mode';
    const backlog = sumOf(
      await readMetrics(`${worker.process?.url}/metrics`),
      'hotpath_backlog_events',
    );
    if (backlog !== 0) return `hotpath_backlog_events is ${backlog}`;
    for (const { name, process } of [api, worker]) {
      if (!(await isReady(process?.url ?? ''))) return `the ${name} is not ready`;
    }
    const left = await leftInRedis(world.redis.url);
    return left.length === 0 ? null : `Redis has ${left.join(', ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(answerMsMax) });
  await response.arrayBuffer();
  return response.ok;
}

/** No file left behind, no loss noticed, and a new event is there in time. */
export async function afterDrain(world: World, seed: number): Promise<Violation[]> {
  const violations: Violation[] = [];
  const files = journalFiles(world.journalDirectory);
  if (files.length > 0) violations.push(after(`the journal still has ${files.join(', ')}`));
  const metrics = await readMetrics(`${world.services.api.process?.url}/metrics`);
  for (const name of ['hotpath_redis_data_losses_total', 'damaged']) {
    const count = countOf(metrics, name);
    if (count > 0) violations.push(after(`the API counts ${count} of ${name}`));
  }
  return [...violations, ...(await freshness(world, seed))];
}

const countOf = (metrics: Metrics, name: string): number =>
  name === 'damaged'
    ? (metrics.get('hotpath_journal_batches_total{result="damaged"}') ?? 0)
    : (sumOf(metrics, name) ?? 0);

/** A new event can be read at once, and is in MySQL within `freshMsMax`. */
async function freshness({ services, databaseUrl }: World, seed: number): Promise<Violation[]> {
  const url = (services.api.process?.url ?? '').replace(/\/$/, '');
  const event = { project: defaultProject, message: `chaos ${word(seed)} is over` } as const;
  const sender = new Sender(performance.now());
  const { fate, answer } = await sender.one(url, event);
  sender.close();
  if (fate !== 'acknowledged') return [after(`a new event is ${fate} afterwards: ${answer}`)];
  const fingerprint = fingerprintV1(event);
  const read = await readIssue(url, fingerprint, defaultProject);
  if (read.status !== 200 || !/"count":1\b/.test(read.text)) {
    return [after(`a new event can not be read afterwards: ${read.status} ${read.text}`)];
  }
  const crossed = await readIssue(url, fingerprint, 'other');
  if (crossed.status !== 404) {
    return [after(`another project's reader is told ${crossed.status} ${crossed.text}`)];
  }
  const startedAt = performance.now();
  while ((await readIssues(databaseUrl)).get(fingerprint)?.count !== 1) {
    if (performance.now() - startedAt > freshMsMax) {
      return [after(`a new event is not in MySQL after ${freshMsMax} ms`)];
    }
    await sleep(pollMs);
  }
  return [];
}

async function readIssue(url: string, fingerprint: string, reader: ChaosProject) {
  const answer = await fetch(`${url}/api/v1/errors/${fingerprint}`, {
    headers: { authorization: `Bearer ${readTokenOf(reader)}` },
    signal: AbortSignal.timeout(answerMsMax),
  });
  return { status: answer.status, text: await answer.text() };
}
