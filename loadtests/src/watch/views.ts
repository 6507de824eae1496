import { wrap } from '../number-text.js';
import type { ArmWatch } from './arm-watch.js';
import { plainFigures, sparkLines, sparkWidth } from './frame.js';
import { type Line, type Looks, Screen, type Terminal, toAscii } from './screen.js';
import { pageMsMax } from './service-page.js';

export interface View {
  /** Milliseconds from one look to the next. */
  readonly everyMs: number;
  show(arms: readonly ArmWatch[], elapsedSeconds: number): void;
}

/** Said with the figures wherever they are shown, as numbers without their origin mislead. */
const legend =
  "rate: acknowledged; failures: rejected, shed or failed; p95: the service's own, interpolated in " +
  "its histogram; pool: connections in use / limit + waiting statements; CPU: the arm's processes, " +
  `no databases; away: no page within ${pageMsMax} ms; –: not known.`;

/** A picture that is drawn over once a second. The last one stays on the screen. */
export class LiveView implements View {
  readonly everyMs = 1_000;
  private readonly screen: Screen;

  constructor(
    terminal: Terminal,
    private readonly place: string,
    private readonly looks: Looks,
  ) {
    this.screen = new Screen(terminal, looks);
  }

  show(arms: readonly ArmWatch[], elapsedSeconds: number): void {
    const { columns } = this.screen;
    const back = arms.length === 0 ? 0 : sparkWidth(arms, columns);
    const head = `${clock(elapsedSeconds)} · last ${back} s · Ctrl-C ends · ${this.place}`;
    const body =
      arms.length === 0
        ? [[{ text: 'No arm runs at the moment.' }]]
        : sparkLines(arms, { columns, utf8: this.looks.utf8 });
    const faint = (text: string): Line[] =>
      wrap(text, columns).map((line) => [{ text: line, colour: 'faint' }]);
    this.screen.draw([
      [{ text: head }],
      ...body,
      ...problemsOf(arms).map((problem): Line => [{ text: `away: ${problem}` }]),
      ...faint(legend),
    ]);
  }
}

/** A line an arm, now and then: for logs, and for terminals that can't move their cursor. */
export class PlainView implements View {
  readonly everyMs = 5_000;
  private isLegendSaid = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly looks: Pick<Looks, 'utf8'>,
  ) {}

  show(arms: readonly ArmWatch[]): void {
    const width = Math.max(0, ...arms.map(({ label }) => label.length));
    const time = new Date().toISOString().slice(11, 19);
    const lines = arms.map(
      ({ label, latest }) => `${time}Z  ${label.padEnd(width)}  ${plainFigures(latest)}`,
    );
    if (arms.length === 0) lines.push(`${time}Z  no arm runs at the moment`);
    lines.push(...problemsOf(arms).map((problem) => `${time}Z  away: ${problem}`));
    if (!this.isLegendSaid) lines.unshift(legend);
    this.isLegendSaid = true;
    const text = lines.map((line) => `${line}\n`).join('');
    this.terminal.write(this.looks.utf8 ? text : toAscii(text));
  }
}

function problemsOf(arms: readonly ArmWatch[]): string[] {
  return arms.flatMap((arm) => arm.problems().map((problem) => `${arm.label}, ${problem}`));
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
