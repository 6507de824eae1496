import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RigDirectory } from '../rig/rig-directory.js';
import type { RecordedRun } from '../run-record.js';
import { describeRun } from './describe-run.js';
import { settleLedger } from './measurement.js';
import { compressRawLogs, type RunTools } from './one-run.js';
import { Phases } from './phases.js';
import { directoryOf, measuredLoad, type RunTask, warmUpLoad } from './run-task.js';
import { measureWindow, warmUp } from './window.js';

/**
 * A service that somebody else runs, once: warm-up and window. Its stores are not ours to empty or to
 * read, so there is no drain and the ledger has no store side.
 * @throws {RigError} when k6 fails
 */
export async function performRemoteRun(
  task: RunTask,
  url: string,
  { dir, k6, progress, calm }: Omit<RunTools, 'stores' | 'watchedBy'> & { dir: RigDirectory },
): Promise<RecordedRun> {
  const startedAt = new Date().toISOString();
  const path = join(task.recordDirectory, directoryOf(task));
  await mkdir(path, { recursive: true });
  progress.startRun(task.entry.label, task.block);
  progress.watch([url]);
  const phases = new Phases(progress);
  const tools = { dir, k6, progress };
  const drained = async () => null;

  const calmed = await phases.time('waiting for calm', () => calm.wait());
  const warmedUp = await phases.time(
    'warm-up',
    () => warmUp(warmUpLoad(task, url), tools, path, drained),
    task.warmUpSeconds,
  );
  const window = await measureWindow(measuredLoad(task, url), tools, {
    ...{ path, phases, services: [], drained },
  });
  const loads = [warmedUp, window.ended];
  const ledger = await phases.time('ledger', () => settleLedger(loads, null));
  await compressRawLogs(loads);
  progress.endRun();
  const seen = { startedAt, phasesMs: phases.ms, calm: calmed, ledger, deaths: [] };
  const loaded = { warmUp: warmedUp, window: { ...window, othersCores: 0 } };
  // Here or elsewhere, the service is one of the others: what it uses disturbs nothing but itself.
  return describeRun(task, { ...seen, ...loaded });
}
