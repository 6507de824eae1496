/** A client beside the flood that never waits for an answer before it asks again: what others feel. */
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../statistics/percentile.js';

const answerMsMax = 10_000;

/** What the answers to requests at a fixed rate were; times from the moment each was due. */
export interface Probed {
  readonly sent: number;
  readonly accepted: number;
  readonly shed: number;
  /** Anything else: another status, no answer. */
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Of the refusals, the slowest: shedding must not take long. */
  readonly shedMsMax: number;
  /** Retry-After of the refusals, seconds, each value once. */
  readonly retryAfterSeconds: readonly number[];
}

/** @param perSecond far below what matters to the service */
export async function probe(url: string, perSecond: number, stopped: AbortSignal): Promise<Probed> {
  const answers: Promise<Answer>[] = [];
  const startedAt = performance.now();
  while (!stopped.aborted) {
    const dueAt = startedAt + (answers.length * 1_000) / perSecond;
    await pause(Math.max(0, dueAt - performance.now()));
    answers.push(ask(url, answers.length, dueAt));
  }
  const all = await Promise.all(answers);
  const of = (kind: Answer['kind']) => all.filter((answer) => answer.kind === kind);
  const accepted = of('accepted').map(({ ms }) => ms);
  accepted.sort((a, b) => a - b);
  return {
    sent: all.length,
    accepted: accepted.length,
    shed: of('shed').length,
    failed: of('failed').length,
    p50Ms: percentile(accepted, 0.5),
    p99Ms: percentile(accepted, 0.99),
    shedMsMax: Math.max(0, ...of('shed').map(({ ms }) => ms)),
    retryAfterSeconds: [...new Set(of('shed').map(({ retryAfter }) => retryAfter))].sort(),
  };
}

interface Answer {
  readonly kind: 'accepted' | 'shed' | 'failed';
  readonly ms: number;
  readonly retryAfter: number;
}

async function ask(url: string, number: number, dueAt: number): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1/errors/log`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message: 'Beside the flood',
      eventId: `probe-${process.pid}-${dueAt}-${number}`,
    }),
    signal: AbortSignal.timeout(answerMsMax),
  })
    .then(async (response) => {
      await response.arrayBuffer();
      return response;
    })
    .catch(() => null);
  const ms = performance.now() - dueAt;
  const retryAfter = Number(answer?.headers.get('retry-after') ?? Number.NaN);
  if (answer?.ok) return { kind: 'accepted', ms, retryAfter };
  return { kind: answer?.status === 503 ? 'shed' : 'failed', ms, retryAfter };
}
