import { watchHost } from '../rig/host.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { firstAnswer, follow } from './follow.js';
import { type Load, type LoadFiles, readSummary, startLoad } from './k6-load.js';
import { LiveLog } from './live-log.js';
import { type EndedLoad, readEndedLoad } from './measurement.js';
import type { Phases } from './phases.js';
import { type Metered, ProcessMeter, type ProcessUse } from './process-meter.js';
import type { Progress } from './progress.js';

export interface WindowTools {
  readonly dir: RigDirectory;
  readonly k6: string;
  readonly progress: Progress;
}

export interface MeasuredWindow {
  readonly ended: EndedLoad;
  readonly files: LoadFiles;
  /** Null: not drained within the limit. */
  readonly drainMs: number | null;
  readonly uses: readonly ProcessUse[];
  readonly host: ReturnType<ReturnType<typeof watchHost>['stop']>;
}

/**
 * Runs the measured load and waits until it is drained. Processes are metered from the first answer
 * until drained: work that an arm puts off is paid for too.
 * @throws {RigError} when k6 fails
 */
export async function measureWindow(
  load: Load,
  { dir, k6, progress }: WindowTools,
  at: {
    path: string;
    phases: Phases;
    services: readonly Metered[];
    drained: () => Promise<number | null>;
  },
): Promise<MeasuredWindow> {
  const { phases } = at;
  const running = await startLoad(dir, k6, load, at.path);
  const log = new LiveLog(running.files.raw);
  try {
    await phases.time('k6 makes its users', () => firstAnswer(log, running.ended));
    const meter = new ProcessMeter([...at.services, { name: 'k6', pid: running.process.pid }]);
    const watch = watchHost();
    await phases.time('measuring', () => follow(log, running.ended, progress), load.seconds);
    const host = watch.stop();
    const drainMs = await phases.time('draining', at.drained);
    const uses = meter.stop();
    const summary = await readSummary(running.files);
    const ended = await readEndedLoad(load, running.files.raw, summary);
    return { ended, files: running.files, drainMs, uses, host };
  } finally {
    await log.close();
  }
}
