import fc from 'fast-check';
import { exchange } from './exchange.js';
import { type FamilyName, families } from './families.js';
import { describeInput, type Input, logPath, posted } from './input.js';
import { offences, receiptsIn } from './judge.js';

/** An answer or a close comes within this: the service gives a whole request 10 s to arrive, and looks every second. */
export const answerMsMax = 15_000;

export interface Counted {
  inputs: number;
  /** Answers by status; 0: connections that ended without one. */
  readonly statuses: Map<number, number>;
  /** Events that answers acknowledged, without and with an event id that was seen before. */
  counted: number;
  duplicate: number;
  /** Events that may have been taken without an answer that says so. */
  unknown: number;
}

export interface Finding {
  readonly family: FamilyName;
  readonly seed: number;
  readonly offences: readonly string[];
  /** The smallest input that was found. */
  readonly input: string;
  /** For --path: where fast-check found it. */
  readonly path: string;
}

export interface Campaign {
  readonly url: string;
  readonly family: FamilyName;
  readonly inputs: number;
  readonly seed: number;
  /** Goes at once to an input found before. */
  readonly path?: string | undefined;
  readonly signal: AbortSignal;
}

/** Sends one family's inputs, one after the other, and a good event now and then: null when all was as it must be. */
export async function runFamily(campaign: Campaign, counted: Counted): Promise<Finding | null> {
  const { url, family, inputs, seed, path, signal } = campaign;
  let last: readonly string[] = [];
  const property = fc.asyncProperty(
    families[family].inputs as fc.Arbitrary<Input>,
    async (input) => {
      if (signal.aborted) return;
      last = await judged(url, input, counted);
      if (last.length === 0 && counted.inputs % 100 === 0) last = await goodEvent(url, counted);
      if (last.length > 0) throw new Error(last.join('\n'));
    },
  );
  const details = await fc.check(property, {
    numRuns: inputs,
    seed,
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return null;
  const [input] = details.counterexample ?? [];
  return {
    family,
    seed,
    offences: last.length > 0 ? last : [String(details.errorInstance)],
    input: input ? describeInput(input) : '',
    path: details.counterexamplePath ?? '',
  };
}

async function judged(url: string, input: Input, counted: Counted): Promise<string[]> {
  const result = await exchange(url, input, answerMsMax);
  const { answers } = result;
  counted.inputs++;
  for (const status of answers.length > 0 ? answers.map((answer) => answer.status) : [0]) {
    counted.statuses.set(status, (counted.statuses.get(status) ?? 0) + 1);
  }
  const receipts = receiptsIn(answers);
  counted.counted += receipts.counted;
  counted.duplicate += receipts.duplicate;
  if (answers.length < Math.max(1, input.due.length)) counted.unknown += input.eventsMax;
  return offences(input, result);
}

/** Whatever came before it, a good event is acknowledged. */
async function goodEvent(url: string, counted: Counted): Promise<string[]> {
  const input = posted(logPath, Buffer.from('{"message":"a good event in between"}'));
  const before = counted.counted;
  const found = await judged(url, input, counted);
  if (counted.counted === before) found.push('a good event was not acknowledged');
  return found;
}
