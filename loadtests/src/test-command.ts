import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from './checkout.js';
import { exitCodes } from './exit-codes.js';
import { ensurePrograms, type Need } from './rig/ensure-programs.js';
import { openTemporaryRigDirectory, type RigDirectory } from './rig/rig-directory.js';
import { RigError } from './rig/rig-error.js';
import { killGroup, sweepAbandonedRigs } from './rig/rig-sweep.js';
import { waitUntil } from './rig/wait.js';

export const testUsage = `./hotpath test [FILTER …]
  types, lint and every test, on real servers; a FILTER is a part of a test file's path
  closing line: N passed, N failed`;

const needs: readonly Need[] = [
  'native servers',
  'k6',
  'observers',
  'wrk',
  'chromium',
  'mysqldump',
  'mysql',
];
const stopMsMax = 5_000;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Types, lint and tests; each of the first two counts as one test. Says its closing line in any case. */
export async function test(argv: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    await ensurePrograms(needs, (line) => console.error(`hotpath: ${line}`));
  } catch (error) {
    if (!(error instanceof RigError)) throw error;
    console.error(`hotpath: ${error.message}`);
    console.log('\n0 passed, 1 failed');
    return exitCodes.rigFailed;
  }
  return runAll(argv, signal);
}

async function runAll(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const rig = await openTemporaryRigDirectory('test-command');
  try {
    const counts = [
      await check(rig, signal, 'types', 'typescript/bin/tsc', ['-b']),
      await check(rig, signal, 'lint', '@biomejs/biome/bin/biome', [
        'check',
        '--error-on-warnings',
        '.',
      ]),
      await vitest(rig, signal, 'tests', argv),
      await vitest(rig, signal, 'alone', ['--mode=alone', '--passWithNoTests', ...argv]),
    ];
    const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
    const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`\n${passed} passed, ${failed} failed${tail}`);
    return failed === 0 ? exitCodes.ok : exitCodes.testsFailed;
  } finally {
    await rig.close();
    // A test that was cut off has left its servers to us.
    await sweepAbandonedRigs();
  }
}

async function check(
  rig: RigDirectory,
  signal: AbortSignal,
  name: string,
  script: string,
  args: readonly string[],
): Promise<Count> {
  signal.throwIfAborted();
  console.log(`── ${name}`);
  const code = await runNode(rig, name, script, args);
  console.log(code === 0 ? `${name} ok` : `${name} FAILED`);
  return code === 0 ? one('passed') : one('failed');
}

async function vitest(
  rig: RigDirectory,
  signal: AbortSignal,
  name: string,
  args: readonly string[],
): Promise<Count> {
  signal.throwIfAborted();
  console.log(`── ${name}`);
  const output = join(rig.path, `${name}.json`);
  rmSync(output, { force: true });
  const code = await runNode(rig, name, 'vitest/vitest.mjs', [
    ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`],
    ...args,
  ]);
  const count = existsSync(output) ? countOf(readFileSync(output, 'utf8')) : none;
  // It ended badly without one failed test: an error outside of them, or it did not even begin.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** A file that could not be loaded counts as one failed test. */
export function countOf(json: string): Count {
  const report = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[];
  };
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Runs a program of node_modules in the checkout, in a group of its own that ends with the signal. */
async function runNode(
  rig: RigDirectory,
  name: string,
  script: string,
  args: readonly string[],
): Promise<number> {
  rig.assertOpen();
  const child = spawn(process.execPath, [join(checkout, 'node_modules', script), ...args], {
    cwd: checkout,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) return 1;
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const stop = async () => {
    killGroup(pid, 'SIGTERM');
    await Promise.race([ended, sleep(stopMsMax, undefined, { ref: false })]);
    killGroup(pid);
    await ended;
    // Its own children die a moment later, and only then their rigs can be swept.
    await waitUntil(() => !killGroup(pid), {
      withinMs: stopMsMax,
      until: `${name} ended`,
    });
  };
  rig.adopt({ name, pid, stop });
  try {
    return await ended;
  } finally {
    rig.release(pid);
  }
}

const none: Count = { passed: 0, failed: 0, skipped: 0 };

function one(key: keyof Count): Count {
  return { ...none, [key]: 1 };
}
