import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from './rig-error.js';

export interface WaitOptions {
  readonly withinMs: number;
  readonly everyMs?: number;
  /** Completes the sentence 'gave up after n ms waiting until …'. */
  readonly until: string;
}

/**
 * Asks again until the answer is neither undefined nor false.
 * @throws {RigError} when withinMs have passed; whatever the question throws
 */
export async function waitUntil<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs, everyMs = 20, until }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= deadline) {
      throw new RigError(`gave up after ${withinMs} ms waiting until ${until}`);
    }
    await sleep(everyMs);
  }
}
