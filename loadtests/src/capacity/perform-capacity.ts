import { join } from 'node:path';
import type { ArmName } from '../arms.js';
import { type BodiesFile, writeBodies } from '../bench/bodies.js';
import type { CapacityConfig } from '../capacity-config.js';
import { countText } from '../number-text.js';
import { describeHere } from '../run/describe-study.js';
import { deriveSeed } from '../run/plan.js';
import { makeRecordDirectory } from '../run/record-directory.js';
import { RecordKeeper } from '../run/record-keeper.js';
import { introduceStores, type Stores, startStores } from '../run/stores.js';
import type { StudyTools } from '../run/study.js';
import { searchArm, unsearched } from './arm-search.js';
import {
  type CapacityArm,
  type CapacityRecord,
  capacityRecords,
  capacitySchemaVersion,
} from './capacity-record.js';
import { serviceLevel } from './step.js';
import { performSweep } from './sweep.js';

type Keeper = RecordKeeper<CapacityRecord>;

/**
 * Searches every arm, the floor first, and returns the finished record.
 * @throws {RigError} when servers, arms or generators fail; the record then says so
 * @throws {UsageError} when the directory has something in it
 */
export async function performCapacity(
  config: CapacityConfig,
  id: string,
  directory: string,
  tools: StudyTools,
): Promise<CapacityRecord> {
  await makeRecordDirectory(directory);
  const record = await describeCapacity(config, id, tools.k6);
  const keeper: Keeper = new RecordKeeper(directory, record, capacityRecords);
  return keeper.during(tools.signal, async () => {
    tools.progress.enter('starting MySQL and Redis of our own');
    const stores = await startStores(config.rig, config.rigDirectory, null);
    try {
      await introduceStores(stores, keeper);
      const bodies = await writeBodies(
        join(stores.dir.directory('wrk'), 'bodies'),
        deriveSeed(config.seed, 'sweep'),
      );
      let ceiling: number | null = null;
      for (const name of config.arms) {
        const arm = await performArm(name, ceiling, { config, directory, bodies }, tools, {
          ...{ stores, keeper },
        });
        if (name !== 'floor') continue;
        // Nothing was held: the generator can't even this, and no arm can be asked for anything.
        if (arm.heldPerSecond === null) break;
        ceiling = arm.heldPerSecond;
      }
    } finally {
      tools.progress.enter('stopping MySQL and Redis');
      await stores.dir.close();
    }
  });
}

async function performArm(
  name: ArmName,
  ceilingPerSecond: number | null,
  plan: {
    readonly config: CapacityConfig;
    readonly directory: string;
    readonly bodies: BodiesFile;
  },
  { k6, progress, signal }: StudyTools,
  { stores, keeper }: { readonly stores: Stores; readonly keeper: Keeper },
): Promise<CapacityArm> {
  const { config, directory, bodies } = plan;
  const { concurrencies, sweepSeconds: seconds, warmUpSeconds } = config;
  signal.throwIfAborted();
  progress.startRun(name, 0);
  const onArm = (arm: CapacityArm) => keepArm(keeper, arm);
  const tools = { stores, k6, progress, signal, onArm };
  const searched = await searchArm(name, ceilingPerSecond, config, directory, tools);
  await onArm(searched);
  const onPoint = (users: number) => {
    signal.throwIfAborted();
    progress.enter(`${countText(users)} users who never pause`, seconds);
  };
  progress.enter('warming up, for users who never pause', warmUpSeconds);
  const sweepPlan = { concurrencies, seconds, warmUpSeconds, bodies };
  const arm = { ...searched, sweep: await performSweep(name, sweepPlan, stores, onPoint) };
  await onArm(arm);
  progress.endRun();
  return arm;
}

function keepArm(keeper: Keeper, arm: CapacityArm): Promise<void> {
  const arms = keeper.record.arms.map((each) => (each.arm === arm.arm ? arm : each));
  return keeper.keep({ arms });
}

async function describeCapacity(
  config: CapacityConfig,
  id: string,
  k6: string,
): Promise<CapacityRecord> {
  const { quick, seed, rig, arms, stepSeconds, warmUpSeconds, firstPerSecond } = config;
  const { resolutionShare, sweepSeconds, concurrencies } = config;
  return {
    ...{ schemaVersion: capacitySchemaVersion, kind: 'capacity' },
    ...(await describeHere(id, k6)),
    plan: {
      ...{ quick, seed, rig, arms: [...arms], serviceLevel: { ...serviceLevel } },
      ...{ stepSeconds, warmUpSeconds, firstPerSecond, resolutionShare, sweepSeconds },
      concurrencies: [...concurrencies],
    },
    arms: arms.map(unsearched),
  };
}
