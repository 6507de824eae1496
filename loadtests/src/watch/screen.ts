/** A piece of a line; the colour is one of the 256 that terminals know, or faint. */
export interface Span {
  readonly text: string;
  readonly colour?: number | 'faint' | null;
}

export type Line = readonly Span[];

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** What may be written. */
export interface Looks {
  readonly utf8: boolean;
  readonly colours: boolean;
}

const usualColumns = 80;
const usualRows = 24;

/**
 * The lowest lines of a terminal, drawn over in place. Guarantee: one write a frame, which overwrites
 * instead of clearing first, and is never as high as the terminal: so it neither flickers nor scrolls.
 */
export class Screen {
  private drawnWidths: readonly number[] = [];

  constructor(
    private readonly terminal: Terminal,
    private readonly looks: Looks,
  ) {}

  get columns(): number {
    return (this.terminal.columns || usualColumns) - 1;
  }

  draw(lines: readonly Line[]): void {
    const rows = Math.max(1, (this.terminal.rows || usualRows) - 1);
    const shown = lines.slice(0, rows).map((line) => cut(line, this.columns));
    const text = shown.map((line) => `${this.paint(line)}\x1b[K\n`).join('');
    this.terminal.write(`${this.home()}${text}\x1b[J`);
    this.drawnWidths = shown.map(widthOf);
  }

  /** A line that stays, where the area was; the next draw comes below it. */
  say(text: string): void {
    const home = this.home();
    this.terminal.write(`${home}${home === '' ? '' : '\x1b[J'}${this.spell(text)}\n`);
    this.drawnWidths = [];
  }

  erase(): void {
    const home = this.home();
    if (home !== '') this.terminal.write(`${home}\x1b[J`);
    this.drawnWidths = [];
  }

  /** Cursor to the first character of what was drawn: a terminal that got narrower has broken its lines. */
  private home(): string {
    const columns = this.terminal.columns || usualColumns;
    const rows = this.drawnWidths.map((width) => Math.max(1, Math.ceil(width / columns)));
    const height = rows.reduce((sum, each) => sum + each, 0);
    return height === 0 ? '' : `\r\x1b[${height}A`;
  }

  private paint(line: Line): string {
    return line
      .map(({ text, colour }) => {
        if (!this.looks.colours || colour === undefined || colour === null) return this.spell(text);
        return `\x1b[${colour === 'faint' ? 2 : `38;5;${colour}`}m${this.spell(text)}\x1b[0m`;
      })
      .join('');
  }

  private spell(text: string): string {
    return this.looks.utf8 ? text : toAscii(text);
  }
}

function widthOf(line: Line): number {
  return line.reduce((width, { text }) => width + text.length, 0);
}

function cut(line: Line, columns: number): Line {
  let left = columns;
  return line.flatMap((span) => {
    const text = span.text.slice(0, Math.max(0, left));
    left -= text.length;
    return text === '' ? [] : [{ ...span, text }];
  });
}

/** Letter for letter, so that columns stay where they are. */
const spellings: Readonly<Record<string, string>> = {
  '–': '-',
  '·': '|',
  '▸': '>',
  '×': 'x',
  µ: 'u',
};

export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is beyond ASCII
  return text.replace(/[^\x00-\x7f]/g, (character) => spellings[character] ?? '?');
}

/** The nearest of the 6 × 6 × 6 colours that terminals have had for long; '#rrggbb' in. */
export function terminalColour(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16);
    return part < 48 ? 0 : Math.min(5, Math.max(1, Math.round((part - 55) / 40)));
  });
  return 16 + 36 * red + 6 * green + blue;
}
