import { setTimeout as pause } from 'node:timers/promises';

export const waitMsMax = 10_000;
const pollMs = 10;

/**
 * Asks until the answer is neither undefined nor false; a question that throws is asked again.
 * @throws {Error} after `withinMs`, with what was waited for and what was thrown last
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = waitMsMax,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let thrown: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      thrown = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`gave up after ${withinMs} ms waiting until ${what}`, { cause: thrown });
    }
    await pause(pollMs);
  }
}
