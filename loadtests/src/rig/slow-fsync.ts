import { join } from 'node:path';
import { checkout } from '../checkout.js';
import { runToEnd } from './process.js';
import { findProgram } from './programs.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';

const source = join(checkout, 'loadtests/faults/slow-fsync.c');
const compileMsMax = 30_000;

/**
 * Builds what makes a server's fsync slower; the result is the environment to start the server with.
 * @throws {RigError} without a C compiler, with the command that gets one
 */
export async function slowFsync(
  directory: RigDirectory,
  delayMs: number,
): Promise<Readonly<Record<string, string>>> {
  const compiler = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang');
  if (compiler === null) {
    throw new RigError(
      'the fault slow-fsync is 20 lines of C that are built on demand, and there is no C compiler here. ' +
        'On Debian or Ubuntu: apt-get install gcc libc6-dev',
    );
  }
  const library = join(directory.directory('slow-fsync'), 'slow-fsync.so');
  await runToEnd(directory, {
    ...{ name: 'slow-fsync-build', command: compiler, msMax: compileMsMax },
    args: ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'],
  });
  return { LD_PRELOAD: library, HOTPATH_FSYNC_DELAY_US: String(delayMs * 1_000) };
}
