import {
  away,
  type Figure,
  figureNames,
  type PoolUse,
  type Sample,
  unknownSample,
} from './figures.js';
import { ServicePage } from './service-page.js';

/** Wider than any terminal: ten minutes, a look a second. */
const samplesMax = 600;

/** An arm: the pages of its processes taken together, and what they showed so far. */
export class ArmWatch {
  readonly history: Sample[] = [];
  private pages: readonly ServicePage[] = [];

  constructor(
    readonly label: string,
    urls: readonly string[],
    /** Of the chart colours; null: it has none of its own. */
    readonly colour: string | null = null,
  ) {
    this.moveTo(urls);
  }

  /** Its processes are elsewhere now; what was seen stays. */
  moveTo(urls: readonly string[]): void {
    this.pages = urls.map(
      (url) => this.pages.find((page) => page.url === url) ?? new ServicePage(url),
    );
  }

  get urls(): readonly string[] {
    return this.pages.map(({ url }) => url);
  }

  /** One request to each process at once. Never rejects: what does not answer is away. */
  async ask(): Promise<Sample> {
    return together(await Promise.all(this.pages.map((page) => page.look())));
  }

  async look(): Promise<void> {
    this.keep(await this.ask());
  }

  keep(sample: Sample): void {
    this.history.push(sample);
    if (this.history.length > samplesMax) this.history.shift();
  }

  get latest(): Sample {
    return this.history.at(-1) ?? unknownSample;
  }

  /** Why pages don't come, each with its address; empty when all do. */
  problems(): string[] {
    return this.pages.flatMap(({ url, problem }) => (problem === null ? [] : `${url}: ${problem}`));
  }

  get isAway(): boolean {
    return this.problems().length === this.pages.length;
  }
}

/**
 * Sums over the processes. A figure of which a part is away is away: the sum of the rest would mislead.
 * Of p95 there is one, that of the process which takes requests.
 */
function together(samples: readonly Sample[]): Sample {
  const sums = figureNames.map((name) => {
    const parts = samples.map((sample) => sample[name]).filter((figure) => figure !== null);
    return [name, parts.length === 0 ? null : parts.reduce(sum)] as const;
  });
  return Object.fromEntries(sums) as unknown as Sample;
}

type Part = Exclude<Figure | PoolUse, null>;

/** Away, when one of them is. */
function sum(left: Part, right: Part): Part {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left !== 'object' || typeof right !== 'object') return away;
  return {
    active: left.active + right.active,
    limit: left.limit + right.limit,
    waiting: left.waiting + right.waiting,
  };
}
