const blocks = '▁▂▃▄▅▆▇█';
const ascii = '_.:-=+*#';

/**
 * The last `width` values on a scale from 0 to upTo, the newest at the right. The lowest mark is 0 and
 * nothing else; a gap stays empty.
 */
export function sparkline(
  values: readonly (number | null)[],
  upTo: number,
  { width, utf8 }: { width: number; utf8: boolean },
): string {
  const marks = utf8 ? blocks : ascii;
  const highest = marks.length - 1;
  const drawn = values.slice(-width).map((value) => {
    if (value === null) return ' ';
    const level = value <= 0 ? 0 : Math.max(1, Math.round((value / upTo) * highest));
    return marks[Math.min(highest, level)];
  });
  return drawn.join('').padStart(width);
}
