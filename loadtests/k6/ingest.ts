/**
 * The one iteration of every scenario: build the event, post it, classify the answer, count it, log it.
 * The generator is the study's bottleneck, so it does nothing here that it needn't: no parsing of
 * answers, no checks, no cookies, no tags made on the way.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import { env } from './env.ts';
import { outcomeLetters, outcomeNames, outcomeOf } from './outcome.ts';
import { workloadBody } from './workload.ts';

/** k6's own: DOM types would let a script use what k6 doesn't have. */
declare const console: { log(line: string): void };

const outcomes = new Counter('hotpath_outcomes');
const outcomeTags = Object.fromEntries(
  outcomeLetters.map((letter) => [letter, { outcome: outcomeNames[letter] }]),
);
const bodyOf = workloadBody(env.workload);
const endpoint = `${env.url}/api/v1/errors/log`;
const { raw } = env;

/** Whose events they are. */
export interface Sender {
  readonly params: {
    readonly headers: Readonly<Record<string, string>>;
    readonly responseType: 'text';
    readonly timeout: number;
  };
  /** Begins its lines of the raw log. */
  readonly mark: string;
}

/** @param key of its project; none: the service is open */
export const senderOf = (key?: string, mark = ''): Sender => ({
  params: {
    headers: {
      'Content-Type': 'application/json',
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
    },
    responseType: 'text',
    timeout: env.timeoutMs,
  },
  mark,
});

const sender = senderOf(env.keys[0]);

/** Each user's own; k6 gives it only inside an iteration, and its fields stay current. */
let scenario: typeof exec.scenario | undefined;

/**
 * One event. Its duration is what the client waits: for a connection, to send, for the answer. The
 * iteration's number is the event's index in the workload, which is how the ledger knows it again.
 */
export function ingest(): void {
  send(sender);
}

export function send({ params, mark }: Sender): void {
  scenario ??= exec.scenario;
  const index = scenario.iterationInTest;
  const body = bodyOf(index);
  const startMs = Date.now();
  const answer = http.post(endpoint, body, params);
  const letter = outcomeOf(answer.status, (answer.body as string | null) ?? '');
  outcomes.add(1, outcomeTags[letter]);
  if (!raw) return;
  const { timings } = answer;
  // Time blocked has that of connecting in it. Of a request that never got a connection k6 says 0: there
  // the clock counts, to 1 ms.
  const ms = letter === 'u' ? Date.now() - startMs : timings.blocked + timings.duration;
  console.log(`${mark}${index} ${letter} ${startMs} ${ms.toFixed(3)}`);
}

const thinkSeconds = (env.thinkTimeMs ?? 100) / 1_000;

/** The iteration of closed models: users who pause before they come again. */
export function ingestThenThink(): void {
  ingest();
  if (thinkSeconds > 0) sleep(thinkSeconds);
}
