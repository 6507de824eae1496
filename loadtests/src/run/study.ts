import { type RunRecord, runRecords } from '../run-record.js';
import type { StudyConfig } from '../study-config.js';
import { CalmWaiter } from './calm.js';
import { checkBlock, checkDurability } from './checks.js';
import { describeStudy } from './describe-study.js';
import { performRun, type RunTools } from './one-run.js';
import { type PlannedBlock, planBlocks } from './plan.js';
import { probeRate } from './probe.js';
import type { Progress } from './progress.js';
import { makeRecordDirectory } from './record-directory.js';
import { RecordKeeper } from './record-keeper.js';
import { introduceStores, startStores } from './stores.js';
import { startWatching } from './watching.js';

export interface StudyTools {
  readonly k6: string;
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Runs all blocks and returns the finished record. The record on disk is brought up to date after
 * each run, so that what was measured before a crash or Ctrl-C stays readable.
 * @param isEnough asked after each block: is the record good enough, by the rule in its plan?
 * @throws {RigError} when servers, arms or k6 fail; the record then says so
 * @throws {UsageError} when the directory has something in it
 */
export async function performStudy(
  config: StudyConfig,
  id: string,
  directory: string,
  { k6, progress, signal }: StudyTools,
  isEnough: (record: RunRecord) => boolean = () => false,
): Promise<RunRecord> {
  await makeRecordDirectory(directory);
  const labels = config.entries.map(({ label }) => label);
  const blocks = planBlocks(config.seed, labels, config.blocks);
  const keeper = new RecordKeeper(
    directory,
    await describeStudy(config, id, blocks, k6),
    runRecords,
  );
  return keeper.during(signal, async () => {
    progress.enter('starting MySQL and Redis of our own');
    const stores = await startStores(config.rig, config.rigDirectory, config.fault);
    try {
      const watchedBy = await startWatching(config.observe, stores, progress, keeper);
      const calm = new CalmWaiter(progress, watchedBy?.observers.processes);
      const tools: RunTools = { stores, k6, progress, calm, watchedBy };
      await introduceStores(stores, keeper);
      await settleRate(config, directory, tools, keeper);
      const done = await untilEnough(
        blocks,
        (block) => performBlock(block, config, directory, { ...tools, signal }, keeper),
        () => isEnough(keeper.record),
      );
      await keeper.keep({ plan: endedAfter(done, keeper.record.plan) });
    } finally {
      progress.enter('stopping MySQL and Redis');
      await stores.dir.close();
    }
  });
}

/** Performs blocks one after another until there are enough. Returns how many that were. */
export async function untilEnough<T>(
  blocks: readonly T[],
  perform: (block: T) => Promise<void>,
  isEnough: () => boolean,
): Promise<number> {
  let done = 0;
  for (const block of blocks) {
    await perform(block);
    done += 1;
    if (isEnough()) break;
  }
  return done;
}

function endedAfter(blocks: number, plan: RunRecord['plan']): RunRecord['plan'] {
  return { ...plan, blocks, orders: plan.orders.slice(0, blocks) };
}

async function settleRate(
  { ratePerSecond: asked, seed }: StudyConfig,
  directory: string,
  tools: RunTools,
  keeper: RecordKeeper,
): Promise<void> {
  const { ratePerSecond, reason } = await probeRate(asked, seed, directory, tools);
  if (reason !== '') tools.progress.say(reason);
  await keeper.keep({ plan: { ...keeper.record.plan, ratePerSecond, rateReason: reason } });
}

async function performBlock(
  block: PlannedBlock,
  config: StudyConfig,
  recordDirectory: string,
  tools: RunTools & { signal: AbortSignal },
  keeper: RecordKeeper,
): Promise<void> {
  const before = keeper.record.runs;
  const durable = checkDurability(keeper.record.durability);
  for (const [index, label] of block.order.entries()) {
    tools.signal.throwIfAborted();
    const entry = keeper.record.plan.entries.find((each) => each.label === label);
    if (entry === undefined) throw new Error(`the plan names ${label}, which the study has not`);
    const run = await performRun(
      {
        ...{ entry, recordDirectory, scenario: config.scenario, seeds: block.seeds },
        ...{ block: block.number, position: index + 1 },
        ratePerSecond: keeper.record.plan.ratePerSecond,
        seconds: config.measureSeconds,
        warmUpSeconds: config.warmUpSeconds,
        fault: config.fault,
      },
      tools,
    );
    const { slowed } = tools.stores;
    const checked = { ...run, checks: [...run.checks, durable, ...(slowed ? [slowed] : [])] };
    await keeper.keep({ runs: [...keeper.record.runs, checked] });
  }
  await keeper.keep({ runs: [...before, ...checkBlock(keeper.record.runs.slice(before.length))] });
}
