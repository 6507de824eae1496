import { openPresets } from '../config.js';
import type { RunConfig } from '../run-config.js';
import {
  type RecordedEntry,
  type RecordedRun,
  type RunRecord,
  recordSchemaVersion,
  runRecords,
} from '../run-record.js';
import { CalmWaiter } from './calm.js';
import { checkDurability } from './checks.js';
import { describeHere } from './describe-study.js';
import { entryOf, remoteEntry } from './entries.js';
import { timeoutSeconds } from './k6-load.js';
import { performRun } from './one-run.js';
import { deriveSeed } from './plan.js';
import { makeRecordDirectory } from './record-directory.js';
import { RecordKeeper } from './record-keeper.js';
import { performRemoteRun } from './remote-run.js';
import type { RunTask } from './run-task.js';
import { introduceStores, openStudyDirectory, startStores } from './stores.js';
import type { StudyTools } from './study.js';
import { startWatching } from './watching.js';

/**
 * One scenario against one arm, or against a service at a URL. Returns the finished record.
 * @throws {RigError} when servers, arm or k6 fail; the record then says so
 * @throws {UsageError} when the directory has something in it
 */
export async function performSingleRun(
  config: RunConfig,
  id: string,
  recordDirectory: string,
  { k6, progress, signal }: StudyTools,
): Promise<RunRecord> {
  await makeRecordDirectory(recordDirectory);
  const { url, seed } = config;
  const entry = url === null ? entryOf({ label: config.arm, arm: config.arm }) : remoteEntry(url);
  const described: RunRecord = {
    ...{ schemaVersion: recordSchemaVersion, kind: 'run', runs: [] },
    ...{ ...(await describeHere(id, k6)), plan: planOf(config, entry) },
  };
  const keeper = new RecordKeeper(recordDirectory, described, runRecords);
  const task: RunTask = {
    ...{ entry, recordDirectory, block: 0, position: 1 },
    ...{ scenario: config.scenario, warmUpSeconds: config.warmUpSeconds },
    ...{ ratePerSecond: config.ratePerSecond, seconds: config.seconds, fault: config.fault },
    seeds: { warmUp: deriveSeed(seed, 'warm-up 1'), measured: deriveSeed(seed, 'measured 1') },
  };
  return keeper.during(signal, async () => {
    const run =
      url === null
        ? await onRig(config, task, { k6, progress }, keeper)
        : await atUrl(config, task, url, { k6, progress });
    const measureSeconds = Math.round(run.load.windowSeconds);
    await keeper.keep({ runs: [run], plan: { ...keeper.record.plan, measureSeconds } });
  });
}

type Tools = Omit<StudyTools, 'signal'>;

async function onRig(
  { rig, observe, rigDirectory, fault }: RunConfig,
  task: RunTask,
  tools: Tools,
  keeper: RecordKeeper,
): Promise<RecordedRun> {
  tools.progress.enter('starting MySQL and Redis of our own');
  const stores = await startStores(rig, rigDirectory, fault);
  try {
    const watchedBy = await startWatching(observe, stores, tools.progress, keeper);
    const calm = new CalmWaiter(tools.progress, watchedBy?.observers.processes);
    await introduceStores(stores, keeper);
    const run = await performRun(task, { ...tools, stores, calm, watchedBy });
    const { slowed } = stores;
    const durable = checkDurability(keeper.record.durability);
    return { ...run, checks: [...run.checks, durable, ...(slowed ? [slowed] : [])] };
  } finally {
    tools.progress.enter('stopping MySQL and Redis');
    await stores.dir.close();
  }
}

async function atUrl(
  { rigDirectory }: RunConfig,
  task: RunTask,
  url: string,
  tools: Tools,
): Promise<RecordedRun> {
  const dir = await openStudyDirectory(rigDirectory);
  try {
    const calm = new CalmWaiter(tools.progress);
    return await performRemoteRun(task, url, { ...tools, dir, calm });
  } finally {
    await dir.close();
  }
}

function planOf(config: RunConfig, entry: RecordedEntry): RunRecord['plan'] {
  const { scenario, seed, warmUpSeconds, ratePerSecond, seconds } = config;
  return {
    ...{ scenario, seed, warmUpSeconds, ratePerSecond, ratePerSecondAsked: ratePerSecond },
    model: openPresets[scenario] ? 'open' : 'closed',
    ...{ quick: false, aa: false, blocks: 1, rateReason: '', timeoutSeconds },
    rig: config.url === null ? config.rig : 'none',
    measureSeconds: seconds ?? 0, // the scenario's own length shows afterwards
    entries: [entry],
    orders: [[entry.label]],
    ...(config.fault && { fault: config.fault }),
  };
}
