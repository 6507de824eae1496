import type { LiveLog } from './live-log.js';
import { type Progress, progressEveryMs } from './progress.js';

/** Polls faster than progress does: the window's CPU is counted from here on. */
const firstAnswerPollMs = 50;

/** Resolves once the load has begun, or ended. Rejects when k6 failed. */
export async function firstAnswer(log: LiveLog, ended: Promise<void>): Promise<void> {
  while ((await log.look()) === null) {
    if (await endsWithin(ended, firstAnswerPollMs)) return;
  }
}

/** Shows the live figures until k6 has ended. Rejects when it failed. */
export async function follow(
  log: LiveLog,
  ended: Promise<void>,
  progress: Progress,
): Promise<void> {
  while (!(await endsWithin(ended, progressEveryMs))) {
    const figures = await log.look();
    if (figures !== null) progress.show(figures);
  }
}

/** Did k6 end before the time was up? Rejects when it failed. */
async function endsWithin(ended: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const pause = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([ended.then(() => true), pause]);
  } finally {
    clearTimeout(timer);
  }
}
