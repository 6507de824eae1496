import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import { environment } from '../config.js';
import { exitCodes } from '../exit-codes.js';

const output = ['--reporter=agent', '--disable-console-intercept'];

/**
 * Runs the benchmarks of contract and of the async arm, each in its own room (bench/*.bench.ts), as a process:
 * nothing here imports an arm. The tests run the same files with small sizes.
 * @returns exit code
 */
export async function performMicro(signal: AbortSignal): Promise<number> {
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs');
  // Same group: Ctrl-C on the terminal reaches it too, and it ends the servers that it started.
  const child = spawn(process.execPath, [vitest, 'run', '--mode=bench', ...output], {
    cwd: checkout,
    env: environment.forChildren,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (status) => resolve(status ?? 1));
  });
  return code === 0 ? exitCodes.ok : exitCodes.testsFailed;
}
