import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Arm, type ArmName, startArm } from '../rig/arm.js';
import type { Observers } from '../rig/observers/observers.js';
import type { RecordedEntry, RecordedRun } from '../run-record.js';
import type { CalmWaiter } from './calm.js';
import { compress } from './compress.js';
import { describeRun } from './describe-run.js';
import { meteringGrowth } from './growth-meter.js';
import { InjectedFault } from './injected-fault.js';
import { type EndedLoad, settleLedger } from './measurement.js';
import { Observation } from './observation.js';
import { Phases } from './phases.js';
import type { Progress } from './progress.js';
import { watchRequestPhases } from './request-phases.js';
import { directoryOf, measuredLoad, type RunTask, warmUpLoad } from './run-task.js';
import { databaseName, type Stores } from './stores.js';
import { measureWindow, warmUp } from './window.js';

/** What the warm-up leaves undone would be charged to the window, so it must be gone before. */
const warmUpDrainMsMax = 15_000;
const drainMsMax = 30_000;

export interface RunTools {
  readonly stores: Stores;
  readonly k6: string;
  readonly progress: Progress;
  readonly calm: CalmWaiter;
  readonly watchedBy: WatchedBy | null;
}

/** Who watches, and the id of the record under which it is seen. */
export interface WatchedBy {
  readonly observers: Observers;
  readonly recordId: string;
}

/**
 * One arm, once: fresh stores, fresh processes, warm-up, window, drain, ledger, stop.
 * @throws {RigError} when the rig, k6 or the arm fails; the arm may then still run, the rig ends it
 */
export async function performRun(task: RunTask, tools: RunTools): Promise<RecordedRun> {
  const { stores, k6, progress } = tools;
  const { dir, mysql } = stores;
  const startedAt = new Date().toISOString();
  const path = join(task.recordDirectory, directoryOf(task));
  await mkdir(path, { recursive: true });
  progress.startRun(task.entry.label, task.block);
  const { watchedBy } = tools;
  const observation = watchedBy && new Observation(watchedBy.observers, task, watchedBy.recordId);
  const remoteWrite = observation?.remoteWrite;
  const phases = new Phases(progress, (name) => observation?.enter(name));
  const deathsBefore = dir.deaths.length;

  await phases.time('fresh stores', () => freshStores(stores));
  const calm = await phases.time('waiting for calm', () => tools.calm.wait());
  const databaseUrl = task.entry.storesEvents ? mysql.url(databaseName) : null;
  const arm = await phases.time('starting', () => startArmOf(task.entry, stores));
  observation?.watch(arm, databaseUrl);
  progress.watch(pagesOf(arm));
  const drained = (withinMs: number) => () => arm.drained({ withinMs }).catch(() => null);
  const windowTools = { dir, k6, progress };
  const warming = { ...warmUpLoad(task, arm.url), remoteWrite };
  const warmedUp = await phases.time(
    'warm-up',
    () => warmUp(warming, windowTools, path, drained(warmUpDrainMsMax)),
    task.warmUpSeconds,
  );
  const fault = task.fault && databaseUrl ? new InjectedFault(task.fault, databaseUrl) : null;
  await phases.time('waiting for Prometheus', async () => observation?.seen(arm));
  const phasesOfWindow = await watchRequestPhases(arm);
  const measured = { ...measuredLoad(task, arm.url), remoteWrite };
  const services = servicesOf(arm, stores);
  const measure = () =>
    measureWindow(measured, windowTools, {
      ...{ path, phases, services, drained: drained(drainMsMax) },
      observers: observation?.processes ?? [],
      ...(fault && { fault: () => fault.inject(task.seconds) }),
    });
  const { window, growth } = await meteringGrowth(task, { arm, services, stores }, measure);
  const observed = await phases.time('keeping series', async () =>
    observation?.describe(arm, window, path),
  );
  observation?.forget(arm);
  const requestPhases = await phasesOfWindow();
  const loads = [warmedUp, window.ended];
  const ledger = await phases.time('ledger', () => settleLedger(loads, databaseUrl));
  progress.watch([]);
  await phases.time('stopping', () => arm.stop());
  await keepServiceLogs(arm, path);
  await compressRawLogs(loads);
  progress.endRun();
  const deaths = dir.deaths.slice(deathsBefore);
  const seen = { startedAt, phasesMs: phases.ms, calm, warmUp: warmedUp, window, ledger, deaths };
  const extras = { requestPhases, growth, observation: observed, fault: fault?.described };
  return describeRun(task, { ...seen, ...extras });
}

async function freshStores({ mysql, redis }: Stores): Promise<void> {
  await Promise.all([mysql.createDatabase(databaseName), redis.flush()]);
}

function startArmOf({ arm, plantedShare }: RecordedEntry, stores: Stores): Promise<Arm> {
  const env = plantedShare === undefined ? {} : { PLANTED_SHARE: String(plantedShare) };
  return startArm(arm as ArmName, { ...stores, database: databaseName, env });
}

export function pagesOf({ api, worker }: Arm): string[] {
  return [api, worker].flatMap((process) => process?.url ?? []);
}

export function servicesOf(arm: Arm, { mysql, redis }: Stores) {
  return [
    { name: 'api', pid: arm.api.pid },
    ...(arm.worker === null ? [] : [{ name: 'worker', pid: arm.worker.pid }]),
    { name: 'mysql', pid: mysql.process.pid },
    { name: 'redis', pid: redis.process.pid },
  ];
}

async function keepServiceLogs(arm: Arm, path: string): Promise<void> {
  for (const process of [arm.api, ...(arm.worker === null ? [] : [arm.worker])]) {
    await copyFile(process.logFile, join(path, basename(process.logFile)));
  }
}

export async function compressRawLogs(loads: readonly EndedLoad[]): Promise<void> {
  for (const { files } of loads) {
    await compress(files.raw);
    await rm(files.raw);
  }
}
