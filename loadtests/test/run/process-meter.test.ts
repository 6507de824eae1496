import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { judge } from '@hotpath/loadtests/report/growth';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { ProcessMeter, type ProcessUse } from '@hotpath/loadtests/run/process-meter';
import { expect, test } from 'vitest';

const leaks = `
  const held = [];
  setInterval(() => held.push(Buffer.alloc(8 * 2 ** 20, 1)), 100);
  process.stdout.write('ready');
`;
const rests = `setInterval(() => {}, 1_000); process.stdout.write('ready');`;
/** The verdict's own limits are those of runs of half an hour. */
const ofSeconds = {
  ...{ dailyShareMax: 2, settleSeconds: 0, judgedSecondsMin: 4, heightShareMax: 0.25 },
};

function start(program: string) {
  return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function verdictOf({ name, memory: { everySeconds, rssMebibytes: values } }: ProcessUse): string {
  const memory = { process: name, metric: 'resident memory', unit: 'MiB', everySeconds, values };
  return judge(memory, ofSeconds).verdict;
}

test('keeps memory at a steady pace, so that a process that leaks is told from one that rests', async () => {
  const [leaking, resting] = [start(leaks), start(rests)];
  try {
    await Promise.all([once(leaking.stdout, 'data'), once(resting.stdout, 'data')]);
    const meter = new ProcessMeter([
      { name: 'leaks', pid: leaking.pid as number },
      { name: 'rests', pid: resting.pid as number },
    ]);
    const startedAt = performance.now();
    await waitUntil(async () => performance.now() - startedAt > 5_200, {
      withinMs: 12_000,
      everyMs: 100,
      until: 'five readings a second apart are due',
    });
    const uses = meter.stop();
    const [use] = uses;
    expect(use?.memory.everySeconds).toBe(1);
    const { rssMebibytes = [] } = use?.memory ?? {};
    expect(rssMebibytes.length).toBeGreaterThanOrEqual(5);
    expect(rssMebibytes.length).toBeLessThanOrEqual(7);
    for (const [i, later] of rssMebibytes.entries()) {
      if (i > 0) expect(later).toBeGreaterThan((rssMebibytes[i - 1] ?? 0) + 8);
    }
    expect(use?.cpuSeconds).toBeGreaterThan(0);
    expect(uses.map(verdictOf)).toEqual(['growing', 'flat']);
  } finally {
    leaking.kill('SIGKILL');
    resting.kill('SIGKILL');
  }
}, 15_000);
