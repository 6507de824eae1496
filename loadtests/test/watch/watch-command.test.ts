import { rmSync } from 'node:fs';
import { type Arm, startArm } from '@hotpath/loadtests/rig/arm';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningCommand, recordedIn, runHotpath, startHotpath } from '../rig/command-line.js';
import { type PageFigures, type PageService, pageOf, pageService } from './page-service.js';
import { hotpathOnTerminal, type TerminalSession } from './pseudo-terminal.js';

/** What the page says at a moment: 1,000 acknowledged and 20 failed a second, 0.3 of a core. */
function steady(startMs: number, gauges: PageFigures): string {
  const seconds = (performance.now() - startMs) / 1_000;
  return pageOf({
    ...gauges,
    ...{ counted: 1_000 * seconds, failed: 20 * seconds, cpuSeconds: 0.3 * seconds },
    within: [900 * seconds, 1_000 * seconds, 1_000 * seconds],
  });
}

/** What stands beside a figure of an arm, on a screen; empty while there is none. */
function valueOn(lines: readonly string[], name: string, label: string): string {
  const first = lines.findIndex((line) => line.startsWith(`${name} `));
  const line = lines
    .slice(Math.max(0, first))
    .find((one) => one.slice(name.length).includes(label));
  if (first < 0 || line === undefined) return '';
  return line.slice(line.indexOf(label, name.length) + label.length).trim();
}

const until = (ask: () => boolean | Promise<boolean>, what: string) =>
  waitUntil(ask, { withinMs: 15_000, until: what });

describe('services at URLs', () => {
  const startMs = performance.now();
  let naive: PageService;
  let api: PageService;
  let worker: PageService;
  let session: TerminalSession | null = null;
  beforeAll(async () => {
    naive = await pageService(() => steady(startMs, { pool: [10, 10, 87] }));
    api = await pageService(() => steady(startMs, {}));
    worker = await pageService(() => pageOf({ pool: [1, 10, 0], backlog: 1_234 }));
  });
  afterEach(async () => {
    session?.child.kill('SIGKILL');
    session = null;
  });
  afterAll(() => {
    for (const service of [naive, api, worker]) service.close();
  });

  const urls = () => [
    ...['--url', `naive=${naive.url}`, '--url', `async=${api.url}/`],
    ...['--url', `async=${worker.url}`],
  ];

  test('a log gets lines with the figures of the pages, and no cursor movements', async () => {
    const { code, stdout } = await runHotpath('watch', ...urls(), '--seconds', '2');
    expect(stdout).not.toContain('\x1b');
    const last = (label: string) =>
      stdout.split('\n').findLast((line) => line.includes(`Z  ${label}`)) ?? '';
    expect(last('naive')).toMatch(
      /p95 15 ms {2}failures \d+ \/s {2}backlog . {2}pool 10\/10 \+87 /,
    );
    expect(last('async')).toMatch(/backlog 1,234 events {2}pool 1\/10 {2}CPU 0\.\d+ cores$/);
    const [rate, failures] = ['rate', 'failures'].map((name) =>
      Number(new RegExp(`${name} ([\\d,]+) /s`).exec(last('naive'))?.[1]?.replace(',', '')),
    );
    // One second apart by two clocks on a busy machine; the two rates are of the same time.
    expect(rate).toBeGreaterThan(400);
    expect(rate).toBeLessThan(2_000);
    expect((failures ?? 0) / (rate ?? 1)).toBeCloseTo(0.02, 3);
    expect(code).toBe(0);
  });

  test('a page is asked for once a second', async () => {
    const before = naive.asked();
    session = hotpathOnTerminal(['watch', ...urls(), '--seconds', '3']);
    expect(await session.ended).toBe(0);
    expect(naive.asked() - before).toBeGreaterThanOrEqual(3);
    expect(naive.asked() - before).toBeLessThanOrEqual(5);
  });

  test('a terminal shows the figures in place, and keeps the last ones after Ctrl-C', async () => {
    session = hotpathOnTerminal(['watch', ...urls()], { columns: 60 });
    const { screen } = session;
    await until(() => /[▆▇█]{2}/.test(valueOn(screen(), 'rate', 'naive')), 'a rate is drawn');
    expect(valueOn(screen(), 'p95', 'naive')).toMatch(
      /^15 ms .*▁?▆* +0–15 ms$|^15 ms .* 0–\d+ ms$/,
    );
    expect(valueOn(screen(), 'pool', 'naive')).toMatch(/^10\/10 \+87 .*█ {2}0–100 conns$/);
    expect(valueOn(screen(), 'backlog', 'async')).toMatch(/^1,234 events/);
    session.type('\x03');
    expect(await session.ended).toBe(130);
    const after = screen();
    expect(after.filter((line) => line.startsWith('rate '))).toHaveLength(1);
    expect(after.at(-1)).toMatch(/^\^C?.*interrupted: stopping/);
    expect(session.scrolled()).toBe(0);
    expect(Math.max(...after.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test('without UTF-8 there is nothing but ASCII, and without colour nothing but positions', async () => {
    const env = { LC_ALL: 'C', NO_COLOR: '1' };
    session = hotpathOnTerminal(['watch', ...urls(), '--seconds', '2'], { env });
    await session.ended;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    expect(session.output()).toMatch(/^[\x00-\x7f]+$/);
    expect(session.output()).not.toContain('\x1b[38;5;');
    expect(session.output()).not.toContain('\x1b[2m');
    expect(valueOn(session.screen(), 'rate', 'naive')).toMatch(/#|\*|\+/);
  });
});

describe('nothing there', () => {
  test('no rig: it says what starts one', async () => {
    const path = temporaryRigPath('nothing');
    const { code, stderr } = await runHotpath('watch', '--dir', path);
    expect({ code, stderr }).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/Nothing is up to watch(.|\n)*hotpath rig up/),
    });
  });

  test('no service: it says which and why', async () => {
    const gone = await pageService(() => '');
    gone.close();
    const { code, stderr } = await runHotpath('watch', '--url', gone.url);
    expect({ code, stderr }).toMatchObject({
      code: 13,
      stderr: expect.stringContaining(`${gone.url}: ECONNREFUSED`),
    });
  });

  test('no URL: it says what one looks like', async () => {
    const { code, stderr } = await runHotpath('watch', '--url', 'localhost:3000');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("http://… or NAME=http://…, not 'localhost:3000'"),
    });
  });
});

describe('a rig', () => {
  let dir: RigDirectory;
  let arm: Arm;
  let session: TerminalSession;
  beforeEach(async () => {
    dir = await openTemporaryRigDirectory('watched');
    arm = await startFloor();
    session = hotpathOnTerminal(['watch', '--dir', dir.path]);
  });
  afterEach(async () => {
    session.child.kill('SIGKILL');
    await dir.close();
    rmSync(dir.path, { recursive: true, force: true });
  });

  /** An arm that needs no database. */
  const startFloor = () =>
    startArm('floor', { dir, mysql: { url: () => '' }, redis: { url: '' }, database: '' });
  const rate = () => valueOn(session.screen(), 'rate', 'floor');
  const shows = (text: string) => until(() => rate().startsWith(text), `the rate is ${text}`);

  test('an arm that dies is away, and has figures again when it is back', async () => {
    await shows('0 /s');
    await arm.api.kill('SIGKILL');
    await shows('away');
    expect(session.screen().join('\n')).toContain(`away: floor, ${arm.url}: ECONNREFUSED`);
    await arm.restart('api');
    await shows('0 /s');
    expect(session.screen().join('\n')).not.toContain('ECONNREFUSED');
  });

  test('an arm that starts elsewhere is found', async () => {
    await shows('0 /s');
    const { url } = arm;
    await arm.stop();
    arm = await startFloor();
    expect(arm.url).not.toBe(url);
    await shows('0 /s');
    const counted = async () => (await fetch(`${arm.url}/api/v1/errors/log`, post)).ok;
    await until(async () => (await counted()) && /^[1-9]/.test(rate()), 'it counts');
    await dir.close();
  });
});

test('of a whole rig both arms are watched, until it ends', async () => {
  const path = temporaryRigPath('held');
  const holder = startHotpath('rig', 'hold', '--dir', path);
  let session: TerminalSession | null = null;
  const names = () => recordedIn(path).map(({ name }) => name);
  try {
    await waitUntil(() => names().includes('async-api'), { withinMs: 50_000, until: 'it is up' });
    session = hotpathOnTerminal(['watch', '--dir', path]);
    await watchWhole(session, holder);
  } finally {
    session?.child.kill('SIGKILL');
    holder.child.kill('SIGTERM');
    await holder.ended;
    rmSync(path, { recursive: true, force: true });
  }
});

async function watchWhole(session: TerminalSession, holder: RunningCommand): Promise<void> {
  const shows = (name: string, label: string, what: RegExp) =>
    until(() => what.test(valueOn(session.screen(), name, label)), `${name} of ${label}: ${what}`);
  await shows('rate', 'naive', /^0 \/s/);
  await shows('rate', 'async', /^0 \/s/);
  await shows('backlog', 'naive', /^–/);
  await shows('backlog', 'async', /^0 events/);
  await shows('pool', 'naive', /^0\/10/);
  holder.child.kill('SIGTERM');
  await holder.ended;
  expect(await session.ended).toBe(0);
  expect(session.output()).toContain('What was watched has ended.');
}

const post = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'connection refused' }),
};
