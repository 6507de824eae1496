import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { ProcessMeter } from '@hotpath/loadtests/run/process-meter';
import { expect, test } from 'vitest';

const grows = `
  const held = [];
  setInterval(() => held.push(Buffer.alloc(8 * 2 ** 20, 1)), 100);
  process.stdout.write('ready');
`;

test('keeps memory at a steady pace, so that a process that grows shows as one', async () => {
  const child = spawn(process.execPath, ['-e', grows], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const meter = new ProcessMeter([{ name: 'grows', pid: child.pid as number }]);
    const startedAt = performance.now();
    await waitUntil(async () => performance.now() - startedAt > 3_200, {
      withinMs: 10_000,
      everyMs: 100,
      until: 'three readings a second apart are due',
    });
    const [use] = meter.stop();
    expect(use?.memory.everySeconds).toBe(1);
    const { rssMebibytes = [] } = use?.memory ?? {};
    expect(rssMebibytes.length).toBeGreaterThanOrEqual(3);
    expect(rssMebibytes.length).toBeLessThanOrEqual(5);
    for (const [i, later] of rssMebibytes.entries()) {
      if (i > 0) expect(later).toBeGreaterThan((rssMebibytes[i - 1] ?? 0) + 8);
    }
    expect(use?.cpuSeconds).toBeGreaterThan(0);
  } finally {
    child.kill('SIGKILL');
  }
});
