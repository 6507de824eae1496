/** Numbers as the reports print them: always with a unit, two or three digits that mean something. */

export const none = '–';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function countText(value: number): string {
  return grouped.format(value);
}

/** Three significant digits at most, thousands grouped: 0.31, 2.7, 41, 1,300. */
export function figureText(value: number): string {
  // The bounds are where rounding would add a digit: 9.96 is 10, not 10.0.
  if (value >= 999.5) return grouped.format(Number(value.toPrecision(3)));
  if (value >= 9.95) return value.toFixed(0);
  if (value >= 0.995) return value.toFixed(1);
  if (value >= 0.01) return value.toFixed(2);
  return value === 0 ? '0' : value.toPrecision(1);
}

export function millisecondsText(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : `${figureText(value)} ms`;
}

export function rateText(perSecond: number): string {
  return `${grouped.format(perSecond)} /s`;
}

export function shareText(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

export function microsecondsText(value: number): string {
  return `${figureText(value)} µs`;
}

export function mebibytesText(bytes: number): string {
  return `${grouped.format(bytes / 1024 ** 2)} MiB`;
}

/** A ratio that a reader multiplies with. */
export function timesText(ratio: number): string {
  return `${figureText(ratio)} ×`;
}

export function intervalText(low: number, high: number): string {
  return `${figureText(low)}–${figureText(high)} ×`;
}

/** A change as readers of tolerances think of it: '+7.1 %', '−12 %'; from half or double on '2.3 ×'. */
export function changeText(ratio: number): string {
  if (ratio >= 2 || ratio <= 0.5) return timesText(ratio);
  const percent = Math.abs(ratio - 1) * 100;
  const digits = percent < 9.95 ? 1 : 0;
  const text = percent.toFixed(digits);
  const sign = Number(text) === 0 ? '±' : ratio > 1 ? '+' : '−';
  return `${sign}${text} %`;
}

/** '95 %', '99.9 %': of what is set, not measured. */
export function percentText(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}

/** '1 block', '3 blocks'. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Words into lines of at most width characters; the first keeps its indent, later ones get theirs. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const start = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = start;
  for (const word of text.slice(start.length).split(' ')) {
    const isFirst = line.trim() === '';
    const longer = isFirst ? line + word : `${line} ${word}`;
    if (longer.length <= width || isFirst) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
