/** How busy the one thread is that runs JavaScript, and how long a callback waits for it. */
import { histogramOf, readCounterOf } from './instruments.js';
import { metrics } from './metrics.js';

/** 50 wake-ups a second cost an idle process 0.2 % of a core. A shorter stall is seen by luck only. */
const timerMs = 20;

export function watchEventLoop(): void {
  readCounterOf(
    metrics.eventLoopBusySeconds,
    () => performance.eventLoopUtilization().active / 1e3,
  );
  const delaySeconds = histogramOf(metrics.timerDelaySeconds);
  let dueAt = performance.now() + timerMs;
  const timer = setTimeout(() => {
    // Node counts in whole ms from the start of the loop's turn, so a timer may fire a little early.
    delaySeconds.observe(Math.max(0, performance.now() - dueAt) / 1_000);
    dueAt = performance.now() + timerMs;
    timer.refresh();
  }, timerMs);
  timer.unref();
}
