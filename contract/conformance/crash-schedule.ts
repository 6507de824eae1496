/**
 * Seed first, faults, then calm: a load of events with ids, kill -9 at moments that the seed draws, then a
 * drain, and an audit of every issue against what its senders were told (after TigerBeetle's VOPR).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';

export interface Kill<Target extends string> {
  readonly target: Target;
  readonly atMs: number;
  /** Between the kill and the start of the next process. */
  readonly downMs: number;
}

/** In distinct events; an event with any 2xx is acknowledged, with only refusals refused, else unknown. */
export interface Told {
  acknowledged: number;
  refused: number;
  unknown: number;
}

export const loadMs = 1_500;
const senders = 24;
const issues = 12;
const attemptsMax = 4;
const attemptPauseMs = 60;
const answerMsMax = 4_000;

/** mulberry32, 32-bit: public domain, Tommy Ettinger 2017. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param downMsMax by target */
export function killsOf<Target extends string>(
  seed: number,
  downMsMax: Readonly<Record<Target, number>>,
): Kill<Target>[] {
  const draw = random(seed);
  const targets = Object.keys(downMsMax) as Target[];
  // The first target goes round with the seed, so that every one is killed by some seed.
  const first = targets[seed % targets.length] as Target;
  const count = 1 + Math.floor(draw() * 3);
  return Array.from({ length: count }, (_, i) => {
    const target = i === 0 ? first : (targets[Math.floor(draw() * targets.length)] as Target);
    const atMs = Math.round(200 + draw() * (loadMs - 400));
    return { target, atMs, downMs: Math.round(draw() * downMsMax[target]) };
  }).sort((a, b) => a.atMs - b.atMs);
}

/** One at a time, as one restart must end before the next kill begins. */
export async function killAll<Target extends string>(
  kills: readonly Kill<Target>[],
  kill: (next: Kill<Target>) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  for (const next of kills) {
    await pause(Math.max(0, startedAt + next.atMs - performance.now()));
    await kill(next);
  }
}

const letters = (n: number) => String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26));

/** Letters only, as digits are no part of a fingerprint. */
export const messageOf = (seed: number, issue: number): string =>
  `crash ${letters(seed)} loses ${letters(issue)}`;

type Answer = 'acknowledged' | 'refused' | 'unknown';

async function send(url: string, event: object): Promise<Answer> {
  try {
    const response = await fetch(`${url}/api/v1/errors/log`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(answerMsMax),
    });
    await response.arrayBuffer();
    if (response.ok) return 'acknowledged';
    return response.status < 500 || response.status === 503 ? 'refused' : 'unknown';
  } catch (error) {
    // Nobody listened, so nothing was sent; any other failure may have come after the event did.
    const { code } = (error as { cause?: { code?: string } }).cause ?? {};
    return code === 'ECONNREFUSED' ? 'refused' : 'unknown';
  }
}

/** One event with its retries, all under one event id. */
async function deliver(url: () => string, event: object, retries: boolean): Promise<Answer> {
  let worst: Answer = 'refused';
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const answer = await send(url(), event);
    if (answer === 'acknowledged') return answer;
    if (answer === 'unknown') worst = answer;
    if (!retries) break;
    await pause(attemptPauseMs);
  }
  return worst;
}

/** Loads for `loadMs` and returns, per message, what the senders were told. */
export async function load(seed: number, url: () => string): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  const endAt = performance.now() + loadMs;
  let events = 0;
  const sender = async (draw: () => number) => {
    while (performance.now() < endAt) {
      const message = messageOf(seed, Math.floor(draw() * issues));
      const event = { message, eventId: `${seed}-${events++}` };
      const answer = await deliver(url, event, draw() < 0.5);
      const issue = told.get(message) ?? { acknowledged: 0, refused: 0, unknown: 0 };
      issue[answer]++;
      told.set(message, issue);
      await pause(draw() * 20);
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, i) => sender(random(seed * 1_000 + i))));
  return told;
}

/** Events of one issue that were acknowledged and not counted, or counted and neither acknowledged nor unknown. */
export interface OpenIssue extends Told {
  readonly message: string;
  readonly stored: number;
}

/** @param counts stored, by fingerprint */
export function openIssues(
  told: ReadonlyMap<string, Told>,
  counts: ReadonlyMap<string, number>,
): OpenIssue[] {
  return [...told].flatMap(([message, each]) => {
    const stored = counts.get(fingerprintV1({ message })) ?? 0;
    const closed = each.acknowledged <= stored && stored <= each.acknowledged + each.unknown;
    return closed ? [] : [{ message, ...each, stored }];
  });
}

export const sumOf = (told: ReadonlyMap<string, Told>, key: keyof Told): number =>
  [...told.values()].reduce((total, issue) => total + issue[key], 0);
