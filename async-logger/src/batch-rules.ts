/** What countBatch-7.lua must know of the projects in a batch. */
import { overflowEventOf } from '@hotpath/contract/overflow';
import type { Projects } from '@hotpath/contract/projects';
import type { TokenBuckets } from '@hotpath/contract/token-buckets';
import type { Counting } from './batch-store.js';
import { issueKeyOf } from './issue-key.js';
import type { KeptCounting } from './journal-record.js';
import { packSample } from './sample.js';

/** None for a project without a rate whose events are all of known issues: of most batches nobody. */
export function rulesOf(batch: readonly KeptCounting[], projects: Projects): (string | number)[] {
  const { limited } = projects;
  const ruled = new Map<string, number>();
  for (const { event, sample } of batch) {
    if (sample === '' && (limited.size === 0 || !limited.has(event.project))) continue;
    if (!ruled.has(event.project)) ruled.set(event.project, event.seenAtMs);
  }
  const args: (string | number)[] = [ruled.size];
  for (const [name, seenAtMs] of ruled) {
    const { rate, newIssuesPerMinute } = projects.named(name);
    const overflow = overflowEventOf(name, seenAtMs);
    args.push(name, rate?.eventsPerSecond ?? 0, rate?.burst ?? 0, newIssuesPerMinute);
    args.push(issueKeyOf(overflow), packSample(overflow));
  }
  return args;
}

/** Of an answer of countBatch: project → seconds until it has room for one more. */
export function waitsOf(answer: string): Map<string, number> {
  const waits = answer.matchAll(/ ([a-z0-9-]+)=(\d+)/g);
  return new Map([...waits].map(([, name = '', seconds]) => [name, Number(seconds)]));
}

/** The project of each event that was counted under an overflow issue. */
export const overflowedIn = (batch: readonly KeptCounting[], outcomes: string): string[] =>
  batch.flatMap(({ event }, i) => (outcomes[i] === 'O' ? [event.project] : []));

/** What countBatch would say to a batch that is all of known issues, by buckets of this process. */
export function refuseOverRate(batch: readonly Counting[], buckets: TokenBuckets) {
  const waits = new Map<string, number>();
  const refused = batch.map(({ event: { project } }) => {
    const seconds = buckets.take(project);
    if (seconds > 0) waits.set(project, seconds);
    return seconds > 0;
  });
  const letters = refused.map((over) => (over ? 'L' : '1')).join('');
  const suffix = [...waits].map(([project, seconds]) => ` ${project}=${seconds}`).join('');
  return { taken: batch.filter((_, i) => !refused[i]), outcomes: letters + suffix };
}
