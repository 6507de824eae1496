import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ScenarioName, StudyEntry } from '../config.js';
import { type Arm, startArm } from '../rig/arm.js';
import type { RecordedLoad, RecordedProcess, RecordedRun } from '../run-record.js';
import { waitForCalm } from './calm.js';
import { checkRun, validityLimits } from './checks.js';
import { compress } from './compress.js';
import { entryOf } from './entries.js';
import { type Load, type LoadFiles, readSummary, startLoad } from './k6-load.js';
import { describeLoad, type EndedLoad, readEndedLoad, settleLedger } from './measurement.js';
import { Phases } from './phases.js';
import type { ProcessUse } from './process-meter.js';
import type { Progress } from './progress.js';
import { databaseName, type Stores } from './stores.js';
import { measureWindow } from './window.js';

const calmMsMax = 10_000;
/** What the warm-up leaves undone would be charged to the window, so it must be gone before. */
const warmUpDrainMsMax = 15_000;
const drainMsMax = 30_000;
/** 100 users do for a warm-up and keep k6 from spending seconds on making them. */
const warmUpVus = 100;

export interface RunTask {
  readonly entry: StudyEntry;
  readonly scenario: ScenarioName;
  /** From 1; 0 outside a study. */
  readonly block: number;
  readonly position: number;
  readonly seeds: { readonly warmUp: number; readonly measured: number };
  readonly ratePerSecond: number | null;
  readonly seconds: number | null;
  readonly warmUpSeconds: number;
  /** Directory of the record; the run gets one of its own in it. */
  readonly recordDirectory: string;
}

export interface RunTools {
  readonly stores: Stores;
  readonly k6: string;
  readonly progress: Progress;
}

/**
 * One arm, once: fresh stores, fresh processes, warm-up, window, drain, ledger, stop.
 * @throws {RigError} when the rig, k6 or the arm fails; the arm may then still run, the rig ends it
 */
export async function performRun(task: RunTask, tools: RunTools): Promise<RecordedRun> {
  const { stores, k6, progress } = tools;
  const { entry, block, position, seeds } = task;
  const startedAt = new Date().toISOString();
  const directory = block === 0 ? entry.label : `block-${block}-${entry.label}`;
  const path = join(task.recordDirectory, directory);
  await mkdir(path, { recursive: true });
  progress.startRun(entry.label, block);
  const phases = new Phases(progress);
  const deathsBefore = stores.dir.deaths.length;

  await phases.time('fresh stores', () => freshStores(stores));
  const calm = await phases.time('waiting for calm', () => calmDown(progress));
  const arm = await phases.time('starting', () =>
    startArm(entry.arm, { ...stores, database: databaseName }),
  );
  const warmUp = await phases.time(
    'warm-up',
    () => performWarmUp(task, tools, arm, path),
    task.warmUpSeconds,
  );
  const window = await measureWindow(
    measuredLoad(task, arm.url),
    { dir: stores.dir, k6, progress },
    {
      path,
      phases,
      services: servicesOf(arm, stores),
      drained: () => arm.drained({ withinMs: drainMsMax }).catch(() => null),
    },
  );
  const databaseUrl = entryOf(entry).storesEvents ? stores.mysql.url(databaseName) : null;
  const ledger = await phases.time('ledger', () =>
    settleLedger([warmUp.ended, window.ended], databaseUrl),
  );
  await phases.time('stopping', () => arm.stop());
  await keepFiles(arm, path, [warmUp.files, window.files]);
  progress.endRun();

  const load = describeLoad(window.ended);
  const run = {
    ...{ block, position, label: entry.label, arm: entry.arm, directory, startedAt, seeds, ledger },
    phasesMs: phases.ms,
    load,
    drainMs: window.drainMs,
    processes: window.uses.map((use) => chargeTo(load, use)),
    host: {
      idleShare: window.host.idleShare,
      stolenShare: window.host.stolenShare,
      backgroundCores: calm.backgroundCores,
      calmWaitMs: calm.waitedMs,
    },
    clock: { stepMs: window.host.clockStepMs, largestGapMs: window.host.longestPauseMs },
    deaths: stores.dir.deaths
      .slice(deathsBefore)
      .filter(({ name }) => !name.startsWith('k6-')) // ends by itself; its exit code was looked at
      .map(({ name, code, signal }) => ({ process: name, how: signal ?? `code ${code}` })),
  };
  return { ...run, checks: checkRun(run, entryOf(entry)) };
}

async function freshStores({ mysql, redis }: Stores): Promise<void> {
  await Promise.all([mysql.createDatabase(databaseName), redis.flush()]);
}

export function calmDown(progress: Progress) {
  return waitForCalm(
    { coresMax: validityLimits.backgroundCoresMax, withinMs: calmMsMax },
    (cores) => progress.note(`others use ${Math.round(cores * 100)} % of a core`),
  );
}

function servicesOf(arm: Arm, { mysql, redis }: Stores) {
  return [
    { name: 'api', pid: arm.api.pid },
    ...(arm.worker === null ? [] : [{ name: 'worker', pid: arm.worker.pid }]),
    { name: 'mysql', pid: mysql.process.pid },
    { name: 'redis', pid: redis.process.pid },
  ];
}

export function measuredLoad(task: RunTask, url: string): Load {
  const { scenario, ratePerSecond, seconds, seeds } = task;
  return {
    ...{ name: 'measured', scenario, url, ratePerSecond, seconds },
    ...{ seed: seeds.measured, vus: null, introduce: false },
  };
}

/** Its latencies are thrown away (JIT, pools, caches); what it stored is in the ledger. */
async function performWarmUp(
  task: RunTask,
  { stores, k6 }: RunTools,
  arm: Arm,
  path: string,
): Promise<{ files: LoadFiles; ended: EndedLoad }> {
  const load: Load = {
    ...measuredLoad(task, arm.url),
    // Open whatever the scenario, as it is to be short and the same for all.
    ...{ name: 'warm-up', scenario: 'steady', seconds: task.warmUpSeconds, vus: warmUpVus },
    ...{ seed: task.seeds.warmUp, introduce: true },
  };
  const running = await startLoad(stores.dir, k6, load, path);
  await running.ended;
  const { files } = running;
  // One that does not drain in time shows in the window's own drain.
  await arm.drained({ withinMs: warmUpDrainMsMax }).catch(() => null);
  return { files, ended: await readEndedLoad(load, files.raw, await readSummary(files)) };
}

export function chargeTo({ outcomes }: RecordedLoad, use: ProcessUse): RecordedProcess {
  const events = outcomes.counted + outcomes.duplicate;
  return { ...use, cpuMicrosPerEvent: events === 0 ? null : (use.cpuSeconds * 1e6) / events };
}

async function keepFiles(arm: Arm, path: string, loads: readonly LoadFiles[]): Promise<void> {
  for (const process of [arm.api, ...(arm.worker === null ? [] : [arm.worker])]) {
    await copyFile(process.logFile, join(path, basename(process.logFile)));
  }
  for (const { raw } of loads) {
    await compress(raw);
    await rm(raw);
  }
}
