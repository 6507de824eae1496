/** A terminal of limited height, as far as our displays use one: text, CR, LF, cursor up, clear, colours. */
export class TerminalEmulator {
  private lines: string[] = [''];
  private row = 0;
  private column = 0;
  /** Lines that left the screen at its top. A display in place must cause none. */
  scrolled = 0;
  private rest = '';

  constructor(
    private readonly columns: number,
    private readonly rows: number,
  ) {}

  /** What stands on the screen, without blanks at the ends. */
  get screen(): string[] {
    const lines = this.lines.map((line) => line.trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** Throws on what it does not know: a display must not need more of a terminal. */
  write(text: string): void {
    let left = this.rest + text;
    this.rest = '';
    while (left !== '') {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are moved with
      const sequence = /^\x1b\[(\??[\d;]*)([A-Za-z])/.exec(left);
      if (sequence !== null) {
        this.obey(sequence[2] ?? '', sequence[1] ?? '');
        left = left.slice(sequence[0].length);
      } else if (left.startsWith('\x1b')) {
        if (left.length > 20) throw new Error(`not known: ${JSON.stringify(left.slice(0, 20))}`);
        this.rest = left;
        return;
      } else {
        this.put([...left][0] ?? '');
        left = left.slice([...left][0]?.length ?? 1);
      }
    }
  }

  private obey(command: string, parameters: string): void {
    const line = this.lines[this.row] ?? '';
    if (command === 'm') return;
    if (command === 'A') this.row = Math.max(0, this.row - Number(parameters || 1));
    else if (command === 'K' && parameters === '')
      this.lines[this.row] = line.slice(0, this.column);
    else if (command === 'J' && parameters === '') {
      this.lines[this.row] = line.slice(0, this.column);
      this.lines.length = this.row + 1;
    } else throw new Error(`not known: escape ${parameters}${command}`);
  }

  private put(character: string): void {
    if (character === '\r') this.column = 0;
    else if (character === '\n') this.lineFeed();
    else {
      if (this.column === this.columns) {
        this.column = 0;
        this.lineFeed();
      }
      const line = (this.lines[this.row] ?? '').padEnd(this.column);
      this.lines[this.row] =
        line.slice(0, this.column) + character + line.slice(this.column + character.length);
      this.column += 1;
    }
  }

  /** As terminals are set by default, a line feed also returns to the first column. */
  private lineFeed(): void {
    this.column = 0;
    this.row += 1;
    this.lines[this.row] ??= '';
    if (this.row < this.rows) return;
    this.lines.shift();
    this.row -= 1;
    this.scrolled += 1;
  }
}
