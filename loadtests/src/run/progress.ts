import { millisecondsText, rateText, wrap } from '../number-text.js';
import { colourOf, plainFigures, sparkLines } from '../watch/frame.js';
import { LoadWatch } from '../watch/load-watch.js';
import { type Line, type Looks, Screen, type Terminal, toAscii } from '../watch/screen.js';
import type { LiveFigures } from './live-log.js';

/** How often the display changes. Seldom: what draws it shares two cores with what is measured. */
export const progressEveryMs = 1_000;
const plainEveryMs = 5_000;

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

/** What an arm's run said last, for as long as the others run. */
interface Last extends LiveFigures {
  readonly block: number;
  /** From the arm's own pages; empty without them. */
  readonly own: string;
}

const origin = "rate, p95, failures: k6's, last 2 s; backlog, pool, CPU: the arm's own pages";

/**
 * Shows how far a study is and what the arm under load does. On a terminal: one area that is drawn over;
 * elsewhere: lines. Guarantee: never silent for more than 2 s on a terminal, 10 s elsewhere. The arm is
 * asked once a second whatever shows it, so that no measurement depends on where it is looked at.
 */
export class Progress {
  private readonly live: boolean;
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly latest = new Map<string, Last>();
  private readonly screen: Screen;
  private readonly looks: Looks;
  private load: LoadWatch | null = null;
  private isClosed = false;
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
    { dumb = false, utf8 = true, colours = false } = {},
  ) {
    this.live = terminal.isTTY === true && !dumb;
    this.looks = { utf8, colours };
    this.screen = new Screen(terminal, this.looks);
    this.timer = setInterval(() => this.tick(), progressEveryMs);
    this.timer.unref();
  }

  /** A new phase; seconds when its length is known. */
  enter(name: string, seconds: number | null = null): void {
    this.phase = { name, seconds, sinceMs: performance.now() };
    if (this.isClosed) return;
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

  /** The processes of the current arm can be asked at these URLs from now on; at none: no longer. */
  watch(urls: readonly string[]): void {
    this.load = urls.length === 0 ? null : new LoadWatch(this.current?.label ?? '', urls);
  }

  endRun(): void {
    this.load = null;
    this.runsDone += 1;
    this.lastEndMs = performance.now();
    this.current = null;
  }

  /** Figures of the current arm's last seconds. */
  show(figures: LiveFigures): void {
    if (this.current === null) return;
    const { ratePerSecond: rate, p95Ms: p95, failuresPerSecond: failures } = figures;
    this.load?.see({ rate, p95, failures });
    const own = this.load === null ? '' : plainFigures(this.load.latest, ['CPU', 'backlog']);
    this.latest.set(this.current.label, { ...figures, block: this.current.block, own });
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.live) this.screen.say(text);
    else this.writeLine(text);
    if (this.live && !this.isClosed) this.draw();
    this.plainAtMs = performance.now();
  }

  /** The area is gone from the terminal, and stays away. */
  close(): void {
    clearInterval(this.timer);
    this.load = null;
    this.isClosed = true;
    this.screen.erase();
  }

  private tick(): void {
    void this.load?.look();
    if (this.live) this.draw();
    else if (performance.now() - this.plainAtMs >= plainEveryMs - progressEveryMs / 2) {
      this.writePlain();
    }
  }

  private writePlain(): void {
    const { label } = this.current ?? { label: '' };
    const figures = this.latest.get(label);
    const own =
      this.load === null ? '' : `  ${plainFigures(this.load.latest, ['backlog', 'pool', 'CPU'])}`;
    const now =
      figures === undefined || this.phase.name !== 'measuring' ? '' : ` · ${text(figures)}${own}`;
    this.writeLine(`${this.headline()}${now}`);
    this.plainAtMs = performance.now();
  }

  private writeLine(line: string): void {
    this.terminal.write(`${this.looks.utf8 ? line : toAscii(line)}\n`);
  }

  private draw(): void {
    const width = Math.max(...this.plan.labels.map((label) => label.length));
    const sparks = this.sparkLines();
    const arms = this.plan.labels.flatMap((label) => {
      const figures = this.latest.get(label);
      if (figures === undefined) return [];
      const now = label === this.current?.label && figures.block === this.current.block;
      if (now && sparks.length > 0) return [];
      const own = figures.own === '' ? '' : `  ${figures.own}`;
      const rest = now ? '' : `${own} · block ${figures.block}`;
      return `${now ? '▸' : ' '} ${label.padEnd(width)}  ${text(figures)}${rest}`;
    });
    const lines = [this.headline(), ...arms].map((line): Line => [{ text: line }]);
    this.screen.draw([...lines, ...sparks]);
  }

  private sparkLines(): Line[] {
    const { load, current } = this;
    if (load === null || current === null || load.history.length === 0) return [];
    const arm = { label: '', colour: colourOf(current.label), history: load.history };
    const options = { columns: this.screen.columns, utf8: this.looks.utf8 };
    const origins = wrap(origin, options.columns).map((text): Line => [{ text, colour: 'faint' }]);
    return [...sparkLines([arm], options), ...origins];
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

function text({ ratePerSecond, p95Ms, failuresPerSecond }: LiveFigures): string {
  const p95 = p95Ms === null ? 'nothing acknowledged' : `p95 ${millisecondsText(p95Ms)}`;
  const failures = failuresPerSecond === 0 ? '' : `  failures ${rateText(failuresPerSecond)}`;
  return `${rateText(ratePerSecond).padStart(9)}  ${p95}${failures}`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
