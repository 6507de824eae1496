import { millisecondsText, rateText } from '../number-text.js';
import type { LiveFigures } from './live-log.js';

/** How often the display changes. Seldom: what draws it shares two cores with what is measured. */
export const progressEveryMs = 1_000;
const plainEveryMs = 5_000;

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressPlan {
  readonly blocks: number;
  readonly labels: readonly string[];
  /** Guess, corrected by the runs that have ended. */
  readonly secondsARun: number;
  readonly runs: number;
}

interface Phase {
  readonly name: string;
  readonly seconds: number | null;
  readonly sinceMs: number;
}

/**
 * Shows how far a study is. On a terminal: one area that is drawn over; elsewhere: lines.
 * Guarantee: never silent for more than 2 s on a terminal, 10 s elsewhere.
 */
export class Progress {
  private readonly live: boolean;
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly latest = new Map<string, LiveFigures & { block: number }>();
  private drawnLines = 0;
  private plainAtMs = 0;
  private where = '';
  private current: { label: string; block: number } | null = null;
  private phase: Phase = { name: 'starting', seconds: null, sinceMs: performance.now() };
  private runsDone = 0;
  private firstRunMs: number | null = null;
  private lastEndMs: number | null = null;

  constructor(
    private readonly terminal: Terminal,
    private readonly plan: ProgressPlan,
    { dumb = false } = {},
  ) {
    this.live = terminal.isTTY === true && !dumb;
    this.timer = setInterval(() => this.tick(), progressEveryMs);
    this.timer.unref();
  }

  /** A new phase; seconds when its length is known. */
  enter(name: string, seconds: number | null = null): void {
    this.phase = { name, seconds, sinceMs: performance.now() };
    if (this.live) this.draw();
    else this.writePlain();
  }

  /** Something about the current phase that is worth knowing. */
  note(text: string): void {
    this.phase = { ...this.phase, name: `${this.phase.name.split(',')[0]}, ${text}` };
  }

  startRun(label: string, block: number): void {
    this.firstRunMs ??= performance.now();
    this.current = { label, block };
    this.where = block === 0 ? label : `block ${block}/${this.plan.blocks} · ${label}`;
  }

  endRun(): void {
    this.runsDone += 1;
    this.lastEndMs = performance.now();
    this.current = null;
  }

  /** Figures of the current arm's last seconds. */
  show(figures: LiveFigures): void {
    if (this.current !== null) {
      this.latest.set(this.current.label, { ...figures, block: this.current.block });
    }
  }

  /** A line that stays. */
  say(text: string): void {
    this.erase();
    this.terminal.write(`${text}\n`);
    if (this.live) this.draw();
    this.plainAtMs = performance.now();
  }

  close(): void {
    clearInterval(this.timer);
    this.erase();
  }

  private tick(): void {
    if (this.live) this.draw();
    else if (performance.now() - this.plainAtMs >= plainEveryMs - progressEveryMs / 2) {
      this.writePlain();
    }
  }

  private writePlain(): void {
    const { label } = this.current ?? { label: '' };
    const figures = this.latest.get(label);
    const now =
      figures === undefined || this.phase.name !== 'measuring' ? '' : ` · ${text(figures)}`;
    this.terminal.write(`${this.headline()}${now}\n`);
    this.plainAtMs = performance.now();
  }

  private draw(): void {
    const width = Math.max(...this.plan.labels.map((label) => label.length));
    const arms = this.plan.labels.flatMap((label) => {
      const figures = this.latest.get(label);
      if (figures === undefined) return [];
      const now = label === this.current?.label && figures.block === this.current.block;
      return `${now ? '▸' : ' '} ${label.padEnd(width)}  ${text(figures)}${now ? '' : ` · block ${figures.block}`}`;
    });
    const columns = Math.max(20, (this.terminal.columns ?? 80) - 1);
    const lines = [this.headline(), ...arms].map((line) => line.slice(0, columns));
    this.erase();
    this.terminal.write(`${lines.join('\n')}\n`);
    this.drawnLines = lines.length;
  }

  /** Cursor up over what was drawn, and clear from there on. */
  private erase(): void {
    if (this.drawnLines > 0) this.terminal.write(`\x1b[${this.drawnLines}A\x1b[J`);
    this.drawnLines = 0;
  }

  private headline(): string {
    const { name, seconds, sinceMs } = this.phase;
    const inPhase = (performance.now() - sinceMs) / 1_000;
    const of = seconds === null ? '' : ` ${Math.min(seconds, Math.floor(inPhase))} of ${seconds} s`;
    const where = this.where === '' ? '' : `${this.where} · `;
    return `${clock(this.elapsedSeconds())} gone, about ${clock(this.remainingSeconds())} left · ${where}${name}${of}`;
  }

  private elapsedSeconds(): number {
    return (performance.now() - this.startedMs) / 1_000;
  }

  /** The guess until a run has ended, then the mean of those that have. */
  private remainingSeconds(): number {
    const { runs, secondsARun } = this.plan;
    const since = (ms: number | null) => (ms === null ? 0 : (performance.now() - ms) / 1_000);
    const runsTook = since(this.firstRunMs) - since(this.lastEndMs);
    const each = this.runsDone === 0 ? secondsARun : runsTook / this.runsDone;
    return Math.max(0, (runs - this.runsDone) * each - since(this.lastEndMs ?? this.firstRunMs));
  }
}

function text({ ratePerSecond, p95Ms }: LiveFigures): string {
  const p95 = p95Ms === null ? 'nothing answered' : `p95 ${millisecondsText(p95Ms)}`;
  return `${rateText(ratePerSecond).padStart(9)}  ${p95}`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
