import { createReadStream } from 'node:fs';
import { type OutcomeLetter, outcomeLetters, outcomeNames } from '../../k6/outcome.js';
import type { OutcomeCounts } from '../statistics/outcome-balance.js';

/** An hour at 5,000/s; a row takes 21 bytes, so at most 420 MB, and typically 2. */
export const rawLogLinesMax = 20_000_000;

/** The log can't be used: no statistic may be made from a file that isn't whole. */
export class RawLogError extends Error {
  override readonly name = 'RawLogError';
}

/** Start times, ms since the epoch: from ≤ start < to. */
export interface Window {
  readonly fromMs?: number;
  readonly toMs?: number;
}

export const acknowledgedLetters: readonly OutcomeLetter[] = ['c', 'd'];
export const answeredLetters: readonly OutcomeLetter[] = ['c', 'd', 'r', 's', 'f'];

/** What k6 wrote, a row an iteration, in the order in which iterations ended. */
export class RawLog {
  /** Bytes of a last line without its end: k6 was killed while it wrote. */
  tornBytes = 0;
  /** Highest iteration number + 1: iterations that are known to have started. */
  started = 0;
  length = 0;
  private indexes = new Uint32Array(4_096);
  private letters = new Uint8Array(4_096);
  private starts = new Float64Array(4_096);
  private durations = new Float64Array(4_096);

  add(index: number, letter: OutcomeLetter, startMs: number, durationMs: number): void {
    if (this.length === this.indexes.length) this.grow();
    const row = this.length++;
    this.indexes[row] = index;
    this.letters[row] = outcomeLetters.indexOf(letter);
    this.starts[row] = startMs;
    this.durations[row] = durationMs;
    this.started = Math.max(this.started, index + 1);
  }

  /** Iterations that started before the last known one and left no line: interrupted, so unknown. */
  get holes(): number {
    const seen = new Uint8Array(this.started);
    let different = 0;
    for (let row = 0; row < this.length; row++) {
      const index = this.indexes[row] as number;
      if (seen[index] === 0) different++;
      seen[index] = 1;
    }
    return this.started - different;
  }

  /** Lines that repeat an iteration's number; 0 in one k6 run, as its numbers are unique. */
  get repeated(): number {
    return this.length - (this.started - this.holes);
  }

  eachAttempt(visit: (index: number, letter: OutcomeLetter) => void): void {
    for (let row = 0; row < this.length; row++)
      visit(this.indexes[row] as number, this.letterAt(row));
  }

  outcomes(window: Window = {}): OutcomeCounts {
    const counts = new Array<number>(outcomeLetters.length).fill(0);
    for (const row of this.rows(window)) (counts[this.letters[row] as number] as number)++;
    const of = (letter: OutcomeLetter) => counts[outcomeLetters.indexOf(letter)] as number;
    return Object.fromEntries(
      outcomeLetters.map((letter) => [outcomeNames[letter], of(letter)]),
    ) as unknown as OutcomeCounts;
  }

  /** Milliseconds, ascending, of the attempts with one of the outcomes. */
  durationsMs(
    letters: readonly OutcomeLetter[] = acknowledgedLetters,
    window: Window = {},
  ): Float64Array {
    const wanted = outcomeLetters.map((letter) => letters.includes(letter));
    const found = new Float64Array(this.length);
    let size = 0;
    for (const row of this.rows(window)) {
      if (wanted[this.letters[row] as number]) found[size++] = this.durations[row] as number;
    }
    return found.slice(0, size).sort();
  }

  /** Attempts with one of the outcomes that had ended by then, ms since the epoch. */
  endedBy(letters: readonly OutcomeLetter[], endMs: number): number {
    const wanted = outcomeLetters.map((letter) => letters.includes(letter));
    let count = 0;
    for (let row = 0; row < this.length; row++) {
      if (wanted[this.letters[row] as number] && this.endOf(row) <= endMs) count++;
    }
    return count;
  }

  /**
   * How long after its moment each iteration began, ms, ascending; to 1 ms, as starts are. The schedule begins with
   * the one that was least late. Only of a constant rate of which none was dropped: a drop takes no number.
   */
  latenessMs(ratePerSecond: number): Float64Array {
    const late = new Float64Array(this.length);
    for (let row = 0; row < this.length; row++) {
      const dueMs = ((this.indexes[row] as number) * 1_000) / ratePerSecond;
      late[row] = (this.starts[row] as number) - dueMs;
    }
    late.sort();
    const first = late[0] ?? 0;
    return late.map((value) => value - first);
  }

  /** First start and last end, ms since the epoch; null of an empty log. */
  span(): { readonly firstStartMs: number; readonly lastEndMs: number } | null {
    if (this.length === 0) return null;
    let firstStartMs = Number.POSITIVE_INFINITY;
    let lastEndMs = 0;
    for (let row = 0; row < this.length; row++) {
      firstStartMs = Math.min(firstStartMs, this.starts[row] as number);
      lastEndMs = Math.max(lastEndMs, this.endOf(row));
    }
    return { firstStartMs, lastEndMs };
  }

  /** In the order in which they ended. */
  eachRequest(visit: (letter: OutcomeLetter, startMs: number, durationMs: number) => void): void {
    for (let row = 0; row < this.length; row++) {
      visit(this.letterAt(row), this.starts[row] as number, this.durations[row] as number);
    }
  }

  private *rows({ fromMs = 0, toMs = Number.POSITIVE_INFINITY }: Window): Generator<number> {
    for (let row = 0; row < this.length; row++) {
      const start = this.starts[row] as number;
      if (start >= fromMs && start < toMs) yield row;
    }
  }

  private letterAt(row: number): OutcomeLetter {
    return outcomeLetters[this.letters[row] as number] as OutcomeLetter;
  }

  private endOf(row: number): number {
    return (this.starts[row] as number) + (this.durations[row] as number);
  }

  private grow(): void {
    const size = this.indexes.length * 2;
    const grown = <T extends { set(old: T): void }>(into: T, old: T): T => {
      into.set(old);
      return into;
    };
    this.indexes = grown(new Uint32Array(size), this.indexes);
    this.letters = grown(new Uint8Array(size), this.letters);
    this.starts = grown(new Float64Array(size), this.starts);
    this.durations = grown(new Float64Array(size), this.durations);
  }
}

const line = /^(\d{1,8}) ([cdrsfu]) (\d{13}) (\d{1,8}\.\d{3})$/;

/**
 * Reads the log in pieces of 1 MiB. A last line that is torn is left out and noted; anything else that
 * isn't a line of the log throws RawLogError, with how many and the first of them.
 */
export async function readRawLog(file: string): Promise<RawLog> {
  const log = new RawLog();
  let rest = '';
  let lineNumber = 0;
  let malformed = 0;
  let firstMalformed = '';
  const stream = createReadStream(file, { encoding: 'latin1', highWaterMark: 1024 * 1024 });
  for await (const piece of stream as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() as string).slice(0, 1_000); // longer is no torn line, and must not pile up
    for (const text of lines) {
      lineNumber++;
      const match = line.exec(text);
      if (match === null) {
        if (malformed++ === 0) firstMalformed = `line ${lineNumber}: ${text.slice(0, 80)}`;
        continue;
      }
      if (log.length === rawLogLinesMax) throw new RawLogError(`${file}: over ${log.length} lines`);
      const [, index, letter, startMs, durationMs] = match;
      log.add(Number(index), letter as OutcomeLetter, Number(startMs), Number(durationMs));
    }
  }
  if (malformed > 0) throw new RawLogError(`${file}: ${malformed} malformed; ${firstMalformed}`);
  log.tornBytes = rest.length;
  return log;
}
