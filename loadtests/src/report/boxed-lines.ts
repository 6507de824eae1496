import { wrap } from '../number-text.js';

/** The result between two heavy lines: its first sentence, then what it rests on. */
export function boxedLines([first = '', ...others]: readonly string[], width: number): string[] {
  return [
    ''.padEnd(width, '═'),
    ...wrap(first, width),
    ...others.flatMap((sentence) => wrap(`· ${sentence}`, width, '  ')),
    ''.padEnd(width, '═'),
  ];
}
