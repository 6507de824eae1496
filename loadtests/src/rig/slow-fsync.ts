import { buildFaultPage, FaultPage } from './fault-page.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';

/**
 * Builds what makes a server's fsync slower; the result is the environment to start the server with.
 * @throws {RigError} without a C compiler, with the command that gets one
 */
export async function slowFsync(
  directory: RigDirectory,
  delayMs: number,
): Promise<Readonly<Record<string, string>>> {
  const library = await buildFaultPage(directory);
  if (library === null) {
    throw new RigError(
      'the fault slow-fsync is a page of C that is built on demand, and there is no C compiler here. ' +
        'On Debian or Ubuntu: apt-get install gcc libc6-dev',
    );
  }
  const page = new FaultPage(directory, library, 'slow-fsync');
  page.delayFsyncs(delayMs);
  // Nobody cuts its files afterwards, so it need not note what is synced, which costs each fsync a write.
  const { LD_PRELOAD = '', HOTPATH_FAULT_PAGE = '' } = page.env;
  return { LD_PRELOAD, HOTPATH_FAULT_PAGE };
}
