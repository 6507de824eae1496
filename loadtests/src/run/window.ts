import { type HostWatchResult, watchHost } from '../rig/host.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { firstAnswer, follow } from './follow.js';
import { watchOthers } from './interference.js';
import { type Load, readSummary, startLoad } from './k6-load.js';
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
  /** Null: not drained within the limit. */
  readonly drainMs: number | null;
  readonly uses: readonly ProcessUse[];
  readonly host: HostWatchResult;
  /** Cores that others kept busy while it was measured. */
  readonly othersCores: number;
  /** What those used that watch: Prometheus and its exporters. */
  readonly observerUses: readonly ProcessUse[];
  /** From the first answer to the end of the load, in ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
}

export type Drained = () => Promise<number | null>;

/** Its latencies are thrown away (JIT, pools, caches); what it stored is in the ledger. */
export async function warmUp(
  load: Load,
  { dir, k6 }: WindowTools,
  path: string,
  drained: Drained,
): Promise<EndedLoad> {
  const { ended, files } = await startLoad(dir, k6, load, path);
  await ended;
  // One that does not drain in time shows in the window's own drain.
  await drained();
  return readEndedLoad(load, files, await readSummary(files));
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
    drained: Drained;
    observers?: readonly Metered[];
    /** What is done to the stores meanwhile; it ends before the window. */
    fault?: () => Promise<void>;
  },
): Promise<MeasuredWindow> {
  const { phases } = at;
  const running = await startLoad(dir, k6, load, at.path);
  const log = new LiveLog(running.files.raw);
  try {
    await phases.time('k6 makes its users', () => firstAnswer(log, running.ended));
    const meter = new ProcessMeter([...at.services, { name: 'k6', pid: running.process.pid }]);
    const observers = new ProcessMeter(at.observers ?? []);
    const watch = watchHost();
    const others = watchOthers(meter, observers);
    const startMs = Date.now();
    const following = () => follow(log, running.ended, progress);
    const measuring = () => Promise.all([following(), at.fault?.()]);
    await phases.time('measuring', measuring, load.seconds);
    const endMs = Date.now();
    const host = watch.stop();
    const othersCores = others.coresOf(host);
    const drainMs = await phases.time('draining', at.drained);
    const [uses, observerUses] = [meter.stop(), observers.stop()];
    const summary = await readSummary(running.files);
    const ended = await readEndedLoad(load, running.files, summary);
    return { ended, drainMs, uses, observerUses, host, othersCores, startMs, endMs };
  } finally {
    await log.close();
  }
}
