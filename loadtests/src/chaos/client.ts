/** The load of a schedule: senders that wait for their answers, and remember every one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../statistics/random.js';
import { type ChaosProject, drawProject } from './projects.js';
import { Sender } from './sender.js';
import { type Attempt, type ChaosEvent, fateOf, Told } from './told.js';

const senders = 24;
const pauseMsMax = 30;
const attemptsMax = 4;
const retryMs = 80;
const batchEvents = { min: 2, max: 20 } as const;
/** Of all requests, or of all events. */
const share = { batch: 0.06, shared: 0.45, withId: 0.6, resent: 0.06, invalid: 0.02, stack: 0.08 };
/** Known from schedule to schedule, so that their events travel without a sample. */
const sharedIssues = 12;
const stackLinesMax = 150;

// No hex digit among them, or a word could be taken for a number, which is no part of a fingerprint.
const letters = 'ghijklmnopqrstuvwxyz';

/** Another word for another number. */
export function word(number: number): string {
  let made = '';
  for (let left = number; made === '' || left > 0; left = Math.floor(left / letters.length)) {
    made += letters[left % letters.length];
  }
  return made;
}

export const sharedMessage = (issue: number): string => `chaos knows ${word(issue)}`;
/** They stay when a schedule's own issues are cleared away. */
export const sharedMessages = Array.from({ length: sharedIssues }, (_, i) => sharedMessage(i));

export interface LoadOptions {
  readonly seed: number;
  /** Of an API that may serve now; asked at each attempt. */
  readonly url: (draw: () => number) => string;
  /** When to end, asked again and again. */
  readonly over: () => boolean;
}

export class Load {
  readonly told = new Told();
  private readonly sender = new Sender(performance.now());
  private events = 0;
  /** Events of each project: ids are its own, so the same ones are sent by all of them. */
  private readonly ids = new Map<ChaosProject, number>();

  constructor(private readonly options: LoadOptions) {}

  /** Ends when it is over and every answer is there. */
  async run(): Promise<void> {
    const { seed } = this.options;
    const each = Array.from({ length: senders }, (_, i) => this.sendOn(randomFrom(seed * 100 + i)));
    await Promise.all(each);
    this.sender.close();
  }

  private async sendOn(draw: () => number): Promise<void> {
    while (!this.options.over()) {
      if (draw() < share.batch) await this.deliverBatch(draw);
      else await this.deliver(draw);
      await sleep(draw() * pauseMsMax);
    }
  }

  /** One event with its retries, all under one event id; without an id only a refusal may be tried again. */
  private async deliver(draw: () => number): Promise<void> {
    const event = this.newEvent(drawProject(draw), draw);
    const attempts: Attempt[] = [];
    do {
      if (attempts.length > 0) await sleep(retryMs * draw());
      attempts.push(await this.sender.one(this.options.url(draw), event));
    } while (attempts.length < attemptsMax && this.wantsMore(event, attempts, draw));
    this.told.add({ event, attempts });
  }

  private wantsMore(event: ChaosEvent, attempts: readonly Attempt[], draw: () => number): boolean {
    const fate = fateOf(attempts);
    if (event.level !== undefined) return false; // refused for its content
    // Some clients send again what was acknowledged: their answer was lost on the way.
    if (fate === 'acknowledged') return event.eventId !== undefined && draw() < share.resent;
    return fate === 'refused' || event.eventId !== undefined;
  }

  private async deliverBatch(draw: () => number): Promise<void> {
    const { min, max } = batchEvents;
    const project = drawProject(draw);
    const events = Array.from({ length: min + Math.floor(draw() * (max - min)) }, () =>
      this.newEvent(project, draw),
    );
    const attempts: Attempt[][] = events.map(() => []);
    const send = async (indexes: readonly number[]) => {
      const sent = indexes.map((index) => events[index] as ChaosEvent);
      const answers = await this.sender.batch(this.options.url(draw), sent);
      for (const [i, index] of indexes.entries()) attempts[index]?.push(answers[i] as Attempt);
    };
    await send(events.map((_, i) => i));
    // Once more, those that may: a batch of other events than the first.
    const again = events.flatMap((event, i) =>
      this.wantsMore(event, attempts[i] ?? [], draw) ? [i] : [],
    );
    if (again.length > 0) await send(again);
    events.forEach((event, i) => {
      this.told.add({ event, attempts: attempts[i] ?? [] });
    });
  }

  private newEvent(project: ChaosProject, draw: () => number): ChaosEvent {
    const { seed } = this.options;
    const number = this.events++;
    const id = this.ids.get(project) ?? 0;
    this.ids.set(project, id + 1);
    const invalid = draw() < share.invalid;
    const shared = !invalid && draw() < share.shared;
    const message = shared
      ? sharedMessage(Math.floor(draw() * sharedIssues))
      : `chaos ${word(seed)} sends ${word(number)}`;
    return {
      ...{ project, message },
      ...(draw() < share.withId && { eventId: `${seed}-${id}` }),
      ...(invalid && { level: 'none of the levels' }),
      ...(!shared && draw() < share.stack && { stackTrace: stackOf(message, draw) }),
    };
  }
}

function stackOf(message: string, draw: () => number): string {
  const lines = 1 + Math.floor(draw() * stackLinesMax);
  const frames = Array.from({ length: lines }, (_, i) => `    at call${i} (/app/src/chaos.js:1:2)`);
  return `Error: ${message}\n${frames.join('\n')}`;
}
