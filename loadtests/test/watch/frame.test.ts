import { type Sample, scaleOf, unknownSample, valueText } from '@hotpath/loadtests/watch/figures';
import { sparkLines } from '@hotpath/loadtests/watch/frame';
import { Screen, terminalColour } from '@hotpath/loadtests/watch/screen';
import { sparkline } from '@hotpath/loadtests/watch/sparkline';
import { describe, expect, test } from 'vitest';
import { TerminalEmulator } from './terminal-emulator.js';

const sampleOf = (figures: Partial<Sample>): Sample => ({ ...unknownSample, ...figures });
const arm = (label: string, ...history: Partial<Sample>[]) => ({
  ...{ label, colour: null, history: history.map(sampleOf) },
});
const textOf = (lines: ReturnType<typeof sparkLines>) =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

describe('a sparkline', () => {
  test.each([
    [true, '▁▂▂▅█ ▁'],
    [false, '_..=# _'],
  ])('has one mark for 0 alone, and a gap where nothing is known (UTF-8: %s)', (utf8, marks) => {
    const values = [0, 0.001, 14, 55, 100, null, 0];
    expect(sparkline(values, 100, { width: 9, utf8 })).toBe(`  ${marks}`);
    expect(sparkline(values, 100, { width: 3, utf8 })).toBe(marks.slice(-3));
  });
});

describe('a frame', () => {
  const naive = arm('naive', { rate: 400, p95: 380, failures: 0.2 }, { rate: 871, p95: 412 });
  const loaded = {
    rate: 1_200,
    p95: 2.1,
    backlog: 713,
    pool: { active: 2, limit: 10, waiting: 0 },
  };
  const lines = (columns: number, utf8 = true) =>
    textOf(sparkLines([naive, arm('async', loaded, loaded)], { columns, utf8 }));

  test('puts the arms of a figure on one scale, each with label, value and unit', () => {
    expect(lines(60).slice(0, 4)).toEqual([
      'rate     naive        871 /s             ▃▅  0–1,500 /s',
      '         async      1,200 /s             ▇▇',
      'p95      naive        412 ms             ▆▇  0–500 ms',
      '         async        2.1 ms             ▂▂',
    ]);
  });

  test.each([60, 80, 120])('fits into %i columns', (columns) => {
    expect(Math.max(...lines(columns).map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines(columns)).toHaveLength(12);
  });

  test('says what is not known, what is away, and who waits for the pool', () => {
    expect(valueText(unknownSample, 'CPU')).toBe('–');
    expect(valueText(sampleOf({ rate: 'away' }), 'rate')).toBe('away');
    expect(valueText(sampleOf({ pool: { active: 10, limit: 10, waiting: 87 } }), 'pool')).toBe(
      '10/10 +87',
    );
    expect(valueText(sampleOf({ failures: 0.2 }), 'failures')).toBe('0.20 /s');
  });

  test('scales are round, hold the highest value and the limit of the pool', () => {
    const pool = sampleOf({ pool: { active: 1, limit: 10, waiting: 0 } });
    expect(scaleOf([pool], 'pool')).toBe(10);
    expect(scaleOf([sampleOf({ rate: 1_001 })], 'rate')).toBe(1_500);
    expect(scaleOf([], 'CPU')).toBe(0.1);
  });
});

describe('the screen', () => {
  const frame = (...lines: string[]) => lines.map((text) => [{ text, colour: 208 }]);

  function open({ columns = 20, rows = 6, colours = false, utf8 = true } = {}) {
    const emulator = new TerminalEmulator(columns, rows);
    const writes: string[] = [];
    const write = (text: string) => {
      writes.push(text);
      emulator.write(text);
    };
    return { emulator, writes, screen: new Screen({ columns, rows, write }, { utf8, colours }) };
  }

  test('a frame is one write, in place of the last one, which is not cleared before', () => {
    const { emulator, writes, screen } = open();
    screen.draw(frame('one', 'a longer line', 'three'));
    screen.draw(frame('uno', 'short'));
    expect(emulator.screen).toEqual(['uno', 'short']);
    expect(writes).toHaveLength(2);
    expect(writes[1]?.indexOf('\x1b[J')).toBe((writes[1]?.length ?? 0) - 3);
  });

  test('what does not fit is cut, so that nothing breaks or scrolls', () => {
    const { emulator, screen } = open();
    const lines = frame(...Array.from({ length: 9 }, (_, i) => `${i} ${'x'.repeat(40)}`));
    for (let i = 0; i < 3; i++) screen.draw(lines);
    expect(emulator.screen).toHaveLength(5);
    expect(emulator.screen[0]).toBe(`0 ${'x'.repeat(17)}`);
    expect(emulator.scrolled).toBe(0);
  });

  test('a line that is said stays above', () => {
    const { emulator, screen } = open();
    screen.draw(frame('one', 'two'));
    screen.say('said');
    screen.draw(frame('one'));
    expect(emulator.screen).toEqual(['said', 'one']);
    screen.erase();
    expect(emulator.screen).toEqual(['said']);
  });

  test('colours are written where they are wanted only, and ASCII where there is no more', () => {
    const plain = open({ utf8: false });
    plain.screen.draw(frame('0–10 µs · …'));
    expect(plain.writes.join('')).not.toContain('\x1b[38');
    expect(plain.emulator.screen).toEqual(['0-10 us | ?']);
    const coloured = open({ colours: true });
    coloured.screen.draw(frame('x'));
    expect(coloured.writes.join('')).toContain('\x1b[38;5;208mx\x1b[0m');
    expect(terminalColour('#ff8700')).toBe(208);
  });
});
