import { costOf } from '../rig/host.js';

/** k6 ends by itself and takes its figures with it: it is read often, so that little is missed. */
const readEveryMs = 250;
/** Readings of memory that are kept; beyond, every other one goes and the pace halves. */
const memoryReadingsMax = 600;

export interface Metered {
  readonly name: string;
  readonly pid: number;
}

export interface ProcessUse {
  readonly name: string;
  readonly pid: number;
  readonly cpuSeconds: number;
  readonly rssBytesMax: number;
  readonly memory: MemoryReadings;
}

/** Resident memory at a steady pace, from the first reading on. */
export interface MemoryReadings {
  readonly everySeconds: number;
  readonly rssMebibytes: readonly number[];
}

interface Reading {
  readonly first: number;
  last: number;
  rssBytesMax: number;
  rssBytes: number[];
}

/** CPU of some processes from now until stop(), or until each one's end; and their largest memory. */
export class ProcessMeter {
  private readonly readings = new Map<number, Reading>();
  private readonly timer: NodeJS.Timeout;
  private rounds = 0;
  /** Rounds of reading from one kept reading of memory to the next. */
  private memoryRounds = 4;

  constructor(private readonly processes: readonly Metered[]) {
    this.read(true);
    this.timer = setInterval(() => {
      this.rounds += 1;
      this.read(this.rounds % this.memoryRounds === 0);
      if (this.rounds === this.memoryRounds * memoryReadingsMax) this.thinOut();
    }, readEveryMs);
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
        memory: {
          everySeconds: (readEveryMs * this.memoryRounds) / 1_000,
          rssMebibytes: (reading?.rssBytes ?? []).map((bytes) => Math.round(bytes / 2 ** 20)),
        },
      };
    });
  }

  private read(keepMemory = false): void {
    for (const { pid } of this.processes) {
      const cost = costOf([pid]);
      if (cost === null) continue;
      const reading = this.readings.get(pid) ?? {
        first: cost.cpuMicroseconds,
        ...{ last: 0, rssBytesMax: 0, rssBytes: [] },
      };
      reading.last = cost.cpuMicroseconds;
      reading.rssBytesMax = Math.max(reading.rssBytesMax, cost.rssBytes);
      if (keepMemory) reading.rssBytes.push(cost.rssBytes);
      this.readings.set(pid, reading);
    }
  }

  private thinOut(): void {
    for (const reading of this.readings.values()) {
      reading.rssBytes = reading.rssBytes.filter((_, i) => i % 2 === 0);
    }
    this.memoryRounds *= 2;
  }
}
