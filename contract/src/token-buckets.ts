/**
 * The rates of projects, kept by this process: for a service that has no store which all its processes share,
 * or none that answers. Each process then gives its share of a rate, so a project whose events are not spread evenly
 * over the processes is refused before it has reached its rate; and a restart fills every bucket.
 */
import { Problem, problems } from './problems.js';
import type { Projects } from './projects.js';

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Of no use to somebody who waits on a whole second. */
const tokenEnough = 0.999_999;

export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** @param instances processes like this one that share the load */
  constructor(
    private readonly projects: Projects,
    private readonly instances: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @returns 0 when a token was taken; else in how many seconds, rounded up, there is one */
  take(project: string): number {
    if (!this.projects.limited.has(project)) return 0;
    const { rate } = this.projects.named(project);
    if (!rate) return 0;
    const perSecond = rate.eventsPerSecond / this.instances;
    const burst = Math.max(1, rate.burst / this.instances);
    const now = this.nowMs();
    const bucket = this.buckets.get(project) ?? { tokens: burst, atMs: now };
    const grown = ((now - bucket.atMs) * perSecond) / 1_000;
    const tokens = Math.min(burst, bucket.tokens + grown);
    const enough = tokens >= tokenEnough;
    this.buckets.set(project, { tokens: enough ? tokens - 1 : tokens, atMs: now });
    return enough ? 0 : Math.ceil((1 - tokens) / perSecond);
  }

  /** @throws {Problem} 429 with the time until the next token */
  assertToken(project: string): void {
    const seconds = this.take(project);
    if (seconds > 0) throw overRate(project, seconds);
  }
}

export function overRate(project: string, retryAfterSeconds: number): Problem {
  const detail = `Project ${project} sends more than its rate. Try again in ${retryAfterSeconds} s.`;
  return new Problem(problems.overRate, detail, undefined, { retryAfterSeconds });
}
