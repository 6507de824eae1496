import { costOf } from '../rig/host.js';

/** k6 ends by itself and takes its figures with it: it is read often, so that little is missed. */
const readEveryMs = 250;

export interface Metered {
  readonly name: string;
  readonly pid: number;
}

export interface ProcessUse {
  readonly name: string;
  readonly pid: number;
  readonly cpuSeconds: number;
  readonly rssBytesMax: number;
}

interface Reading {
  readonly first: number;
  last: number;
  rssBytesMax: number;
}

/** CPU of some processes from now until stop(), or until each one's end; and their largest memory. */
export class ProcessMeter {
  private readonly readings = new Map<number, Reading>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly processes: readonly Metered[]) {
    this.read();
    this.timer = setInterval(() => this.read(), readEveryMs);
    this.timer.unref();
  }

  /** CPU seconds of all of them together so far. */
  totalSeconds(): number {
    this.read();
    const used = [...this.readings.values()].map(({ first, last }) => last - first);
    return used.reduce((sum, micros) => sum + micros, 0) / 1_000_000;
  }

  stop(): ProcessUse[] {
    clearInterval(this.timer);
    this.read();
    return this.processes.map(({ name, pid }) => {
      const reading = this.readings.get(pid);
      return {
        name,
        pid,
        cpuSeconds: reading === undefined ? 0 : (reading.last - reading.first) / 1_000_000,
        rssBytesMax: reading?.rssBytesMax ?? 0,
      };
    });
  }

  private read(): void {
    for (const { pid } of this.processes) {
      const cost = costOf([pid]);
      if (cost === null) continue;
      const reading = this.readings.get(pid);
      if (reading === undefined) {
        const first = cost.cpuMicroseconds;
        this.readings.set(pid, { first, last: first, rssBytesMax: cost.rssBytes });
      } else {
        reading.last = cost.cpuMicroseconds;
        reading.rssBytesMax = Math.max(reading.rssBytesMax, cost.rssBytes);
      }
    }
  }
}
