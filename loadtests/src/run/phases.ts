import type { Progress } from './progress.js';

/** Measures how long the parts of a run take, and shows them while they do. */
export class Phases {
  readonly ms: Record<string, number> = {};

  constructor(
    private readonly progress: Progress,
    private readonly onEnter: (name: string) => void = () => {},
  ) {}

  async time<T>(name: string, work: () => Promise<T>, seconds: number | null = null): Promise<T> {
    this.progress.enter(name, seconds);
    this.onEnter(name);
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.ms[name] = Math.round(performance.now() - start);
    }
  }
}
