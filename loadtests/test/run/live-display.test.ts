import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { LiveLog } from '@hotpath/loadtests/run/live-log';
import { Progress } from '@hotpath/loadtests/run/progress';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PageService, pageOf, pageService } from '../watch/page-service.js';
import { TerminalEmulator } from '../watch/terminal-emulator.js';

describe('figures of a load that still runs', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hotpath-live-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const lines = (count: number, ms: number, startMs: number, outcome = 'c') =>
    Array.from({ length: count }, (_, i) => `${i} ${outcome} ${startMs} ${ms.toFixed(3)}\n`).join(
      '',
    );

  test('there are none before the log is there, and none in an empty one', async () => {
    const file = join(directory, 'raw.log');
    const log = new LiveLog(file);
    expect(await log.look()).toBeNull();
    await appendFile(file, '');
    expect(await log.look()).toBeNull();
    await log.close();
  });

  test('they are of the last two seconds, and follow what is appended, torn lines too', async () => {
    const file = join(directory, 'raw.log');
    const log = new LiveLog(file);
    const now = Date.now();
    await appendFile(file, lines(500, 900, now - 10_000) + lines(100, 20, now));
    expect(await log.look()).toEqual({ ratePerSecond: 50, p95Ms: 20, failuresPerSecond: 0 });
    const more = lines(100, 40, now);
    await appendFile(file, more.slice(0, 1_003));
    await log.look();
    await appendFile(file, more.slice(1_003));
    expect(await log.look()).toEqual({ ratePerSecond: 100, p95Ms: 40, failuresPerSecond: 0 });
    await log.close();
  });

  test('what was not acknowledged has no latency, and is a failure', async () => {
    const file = join(directory, 'raw.log');
    const log = new LiveLog(file);
    const now = Date.now();
    const failed = ['u', 'f', 's', 'r'].map((letter) => lines(2, 5_000, now - 5_000, letter));
    await appendFile(file, failed.join(''));
    expect(await log.look()).toEqual({ ratePerSecond: 0, p95Ms: null, failuresPerSecond: 4 });
    await log.close();
  });
});

describe('an arm under load', () => {
  const plan = { blocks: 3, labels: ['floor', 'naive'], secondsARun: 20, runs: 6 };
  const measured = { ratePerSecond: 871, p95Ms: 412, failuresPerSecond: 3 };
  let service: PageService;
  let progress: Progress;
  beforeEach(async () => {
    service = await pageService(() => pageOf({ pool: [10, 10, 87], backlog: 1_234 }));
  });
  afterEach(() => {
    progress.close();
    service.close();
  });

  async function linesOnce(isTTY: boolean, shown: string): Promise<string[]> {
    let written = '';
    const terminal = new TerminalEmulator(isTTY ? 80 : 300, 24);
    const write = (text: string) => {
      written += text;
      terminal.write(text);
    };
    progress = new Progress({ isTTY, columns: 80, rows: 24, write }, plan);
    progress.startRun('floor', 1);
    progress.show({ ...measured, ratePerSecond: 1_200 });
    progress.endRun();
    progress.startRun('naive', 1);
    progress.watch([service.url]);
    progress.enter('measuring', 10);
    progress.show(measured);
    await waitUntil(() => written.includes(shown), { withinMs: 8_000, until: shown });
    return terminal.screen;
  }

  test('has sparklines: client figures from k6, the rest from its own page', async () => {
    const lines = await linesOnce(true, '1,234 events');
    expect(lines.map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      expect.stringMatching(/block 1\/3 · naive · measuring \d of 10 s$/),
      '  floor  1,200 /s  p95 412 ms  failures 3 /s · block 1',
      expect.stringMatching(
        /^rate {2}871 \/s {2}▅+ {2}0–1,000 \/s$|^rate {2}871 \/s {2}[▆▇]+ {2}0–1,000 \/s$/,
      ),
      expect.stringMatching(/^p95 {2}412 ms {2}▇+ {2}0–500 ms$/),
      expect.stringMatching(/^failures {2}3.0 \/s {2}█+ {2}0–3 \/s$/),
      expect.stringMatching(/^backlog {2}1,234 events {2}▇+ {2}0–1,500 events$/),
      expect.stringMatching(/^pool {2}10\/10 \+87 {2}[▇█]+ {2}0–100 conns$/),
      expect.stringMatching(/^CPU {2}–/),
      expect.stringContaining("k6's, last 2 s"),
    ]);
  });

  test('has the same figures in the lines of a log', async () => {
    const lines = await linesOnce(false, '1,234 events');
    expect(lines.at(-1)).toMatch(/backlog 1,234 events {2}pool 10\/10 \+87 {2}CPU/);
    expect(lines.join('')).toMatch(/871 \/s {2}p95 412 ms {2}failures 3 \/s/);
  });
});

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start(isTTY: boolean) {
    const written: { atMs: number; text: string }[] = [];
    const terminal = {
      isTTY,
      columns: 80,
      write: (text: string) => written.push({ atMs: performance.now(), text }),
    };
    const plan = { blocks: 3, labels: ['floor', 'naive'], secondsARun: 20, runs: 6 };
    return { written, progress: new Progress(terminal, plan) };
  }

  test.each([
    [true, 2_000],
    [false, 10_000],
  ])('on a terminal (%s) it is never silent for more than %i ms', (isTTY, silentMsMax) => {
    const { written, progress } = start(isTTY);
    progress.startRun('naive', 2);
    progress.enter('measuring', 60);
    vi.advanceTimersByTime(60_000);
    progress.close();
    const gaps = written.slice(1).map(({ atMs }, i) => atMs - (written[i]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(silentMsMax);
    expect(written.length).toBeGreaterThan(60_000 / silentMsMax);
  });

  test('it says how far it is, what the arm does now and what the other did last', () => {
    const { written, progress } = start(true);
    progress.startRun('floor', 1);
    progress.show({ ratePerSecond: 1_200, p95Ms: 1.2, failuresPerSecond: 0 });
    progress.endRun();
    progress.startRun('naive', 2);
    progress.enter('measuring', 10);
    progress.show({ ratePerSecond: 871, p95Ms: 412, failuresPerSecond: 3 });
    vi.advanceTimersByTime(4_000);
    const last = written.at(-1)?.text ?? '';
    expect(last).toContain('0:04 gone');
    expect(last).toContain('block 2/3 · naive · measuring 4 of 10 s');
    expect(last).toMatch(/▸ naive {2,}871 \/s {2}p95 412 ms {2}failures 3 \/s/);
    expect(last).toMatch(/ {2}floor {2,}1,200 \/s {2}p95 1\.2 ms · block 1/);
    progress.close();
  });

  test('what is left is counted from the runs that have ended', () => {
    const { written, progress } = start(false);
    for (const block of [1, 2]) {
      progress.startRun('naive', block);
      vi.advanceTimersByTime(30_000); // not the 20 s that were guessed
      progress.endRun();
    }
    progress.enter('measuring');
    expect(written.at(-1)?.text).toContain('1:00 gone, about 2:00 left');
    progress.close();
  });

  test('elsewhere than on a terminal it moves no cursor', () => {
    const { written, progress } = start(false);
    progress.startRun('naive', 1);
    progress.enter('measuring', 10);
    vi.advanceTimersByTime(20_000);
    progress.say('a line');
    progress.close();
    expect(written.map(({ text }) => text).join('')).not.toContain('\x1b');
  });

  test('on a terminal it leaves nothing behind but the lines that were said', () => {
    const { written, progress } = start(true);
    progress.say('stays');
    progress.startRun('naive', 1);
    progress.enter('measuring', 10);
    vi.advanceTimersByTime(3_000);
    const terminal = new TerminalEmulator(80, 24);
    for (const { text } of written) terminal.write(text);
    expect(terminal.screen).toHaveLength(2);
    const before = written.length;
    progress.close();
    progress.enter('stopping'); // the work goes on to its end after Ctrl-C
    vi.advanceTimersByTime(3_000);
    for (const { text } of written.slice(before)) terminal.write(text);
    expect(terminal.screen).toEqual(['stays']);
  });
});
