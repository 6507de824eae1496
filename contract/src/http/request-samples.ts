/**
 * What single requests spent in each phase, for questions that sums can't answer, such as where the slow ones
 * spent it. A uniform sample: each request since the last reading is in it with equal chance, so a rank in
 * the sample is a rank among all. Algorithm L (Li, ACM Transactions on Mathematical Software 20, 1994): a
 * request that is not taken costs a comparison. Holds durations only, nothing of any event.
 */
import { sampledRequestsMax } from '../limits.js';
import { phaseNames } from '../phase-clock.js';

const width = phaseNames.length;

export interface SampledRequests {
  /** All of which this is a sample. */
  readonly requests: number;
  readonly phases: readonly string[];
  /** Whole microseconds by phase, of each request in the sample. */
  readonly micros: readonly (readonly number[])[];
}

export class RequestSamples {
  private readonly ms: Float64Array;
  private requests = 0;
  /** Counted from 0, the next request to be taken once the sample is full. */
  private next = 0;
  private weight = 1;

  constructor(
    private readonly sizeMax: number,
    private readonly random: () => number = Math.random,
  ) {
    this.ms = new Float64Array(sizeMax * width);
  }

  /** @param ms by phase, as a PhaseClock has them */
  add(ms: readonly number[]): void {
    const at = this.requests++;
    if (at < this.sizeMax) this.keep(at, ms);
    else if (at !== this.next) return;
    else this.keep(Math.floor(this.random() * this.sizeMax), ms);
    if (at >= this.sizeMax - 1) this.leap(at);
  }

  /** Gives the sample and begins another. */
  take(): SampledRequests {
    const size = Math.min(this.requests, this.sizeMax);
    const micros = Array.from({ length: size }, (_, at) =>
      Array.from(this.ms.subarray(at * width, (at + 1) * width), (ms) => Math.round(ms * 1_000)),
    );
    const { requests } = this;
    this.requests = 0;
    this.weight = 1;
    return { requests, phases: phaseNames, micros };
  }

  private keep(slot: number, ms: readonly number[]): void {
    for (let i = 0; i < width; i += 1) this.ms[slot * width + i] = ms[i] ?? 0;
  }

  /** How many of those to come are passed over has a geometric distribution: one draw instead of one a request. */
  private leap(at: number): void {
    this.weight *= this.chance() ** (1 / this.sizeMax);
    this.next = at + 1 + Math.floor(Math.log(this.chance()) / Math.log1p(-this.weight));
  }

  /** Above 0, which has no logarithm. */
  private chance(): number {
    return 1 - this.random();
  }
}

const samples = new RequestSamples(sampledRequestsMax);

export function sampleRequest(ms: readonly number[]): void {
  samples.add(ms);
}

export function takeRequestSamples(): SampledRequests {
  return samples.take();
}
