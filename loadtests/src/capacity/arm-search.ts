import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { ArmName } from '../arms.js';
import type { CapacityConfig } from '../capacity-config.js';
import { countText, figureText, millisecondsText, shareText } from '../number-text.js';
import { type Arm, startArm } from '../rig/arm.js';
import { RigError } from '../rig/rig-error.js';
import { CalmWaiter } from '../run/calm.js';
import { entryOf } from '../run/entries.js';
import { type EndedLoad, settleLedger } from '../run/measurement.js';
import { compressRawLogs, pagesOf, servicesOf } from '../run/one-run.js';
import { Phases } from '../run/phases.js';
import { deriveSeed } from '../run/plan.js';
import type { Progress } from '../run/progress.js';
import { warmUpVus } from '../run/run-task.js';
import { databaseName, type Stores } from '../run/stores.js';
import { measureWindow, warmUp } from '../run/window.js';
import type { CapacityArm, CapacityStep, StepPart } from './capacity-record.js';
import { limitOf, notesOf } from './notes.js';
import { searchCapacity } from './search.js';
import { describeStep, kneeOf } from './step.js';

const drainMsMax = 30_000;
/** Below one arrival a second nothing is tried. */
const leastPerSecond = 1;

export interface SearchTools {
  readonly stores: Stores;
  readonly k6: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** After each step, so that what was measured before a crash or Ctrl-C stays readable. */
  readonly onArm: (arm: CapacityArm) => Promise<void>;
}

/** Before anything is known of it. */
export function unsearched(arm: ArmName): CapacityArm {
  const { exact, storesEvents, promise } = entryOf({ label: arm, arm });
  return {
    ...{ arm, exact, storesEvents, promise, steps: [], heldPerSecond: null, brokenPerSecond: null },
    ...{ limitedBy: 'not searched', kneePerSecond: null, notes: [], ledger: null, sweep: null },
  };
}

/**
 * One arm on empty stores, with fresh processes that all steps share: warm-up, steps, ledger.
 * @param ceilingPerSecond the most that the floor held; null: this is the floor
 * @throws {RigError} when the arm or k6 fails, or a process dies
 */
export async function searchArm(
  name: ArmName,
  ceilingPerSecond: number | null,
  config: CapacityConfig,
  directory: string,
  tools: SearchTools,
): Promise<CapacityArm> {
  const { stores, progress } = tools;
  const { dir, mysql, redis } = stores;
  const deathsBefore = dir.deaths.length;
  progress.enter('waiting for calm');
  await Promise.all([mysql.createDatabase(databaseName), redis.flush()]);
  await new CalmWaiter(progress).wait();
  const arm = await startArm(name, { ...stores, database: databaseName });
  progress.watch(pagesOf(arm));
  const stepper = new Stepper(arm, config, join(directory, name), tools);
  await stepper.warmUp();
  const mostPerSecond = Math.min(ceilingPerSecond ?? config.mostPerSecond, config.mostPerSecond);
  const { firstPerSecond, resolutionShare } = config;
  const found = await searchCapacity(
    { firstPerSecond, leastPerSecond, mostPerSecond, resolutionShare },
    async (rate, part) => {
      const holds = await stepper.tryRate(rate, part, ceilingPerSecond === null);
      await tools.onArm({ ...unsearched(name), steps: stepper.steps });
      return holds;
    },
  );
  const { steps, loads } = stepper;
  const { storesEvents } = unsearched(name);
  progress.enter('ledger');
  const ledger = await settleLedger(loads, storesEvents ? mysql.url(databaseName) : null);
  progress.watch([]);
  await arm.stop();
  await compressRawLogs(loads);
  const death = dir.deaths.slice(deathsBefore).find(({ name }) => !name.startsWith('k6-'));
  if (death !== undefined) throw new RigError(`${death.name} died while ${name} was loaded`);
  const searched = { steps, ...found, ceilingPerSecond };
  return {
    ...{ ...unsearched(name), ...found, steps, ledger },
    ...{ limitedBy: limitOf(searched), kneePerSecond: kneeOf(steps), notes: notesOf(searched) },
  };
}

/** Offers one rate after another to a running arm. */
class Stepper {
  readonly steps: CapacityStep[] = [];
  readonly loads: EndedLoad[] = [];

  constructor(
    private readonly arm: Arm,
    private readonly config: CapacityConfig,
    private readonly path: string,
    private readonly tools: SearchTools,
  ) {}

  async warmUp(): Promise<void> {
    const { progress } = this.tools;
    const { firstPerSecond, warmUpSeconds } = this.config;
    await mkdir(this.path, { recursive: true });
    progress.enter('warm-up', warmUpSeconds);
    const load = { ...this.loadOf('warm-up', firstPerSecond), introduce: true, vus: warmUpVus };
    this.loads.push(
      await warmUp(
        { ...load, seconds: warmUpSeconds },
        this.windowTools(),
        this.path,
        this.drained,
      ),
    );
  }

  async tryRate(ratePerSecond: number, part: StepPart, isFloor: boolean): Promise<boolean> {
    const { progress, signal } = this.tools;
    signal.throwIfAborted();
    const number = this.steps.length + 1;
    const load = this.loadOf(`step-${number}`, ratePerSecond);
    const window = await measureWindow(load, this.windowTools(), {
      ...{ path: this.path, phases: new Phases(progress), drained: this.drained },
      services: servicesOf(this.arm, this.tools.stores),
    });
    this.loads.push(window.ended);
    const step = describeStep(
      { number, part, ratePerSecond, isFloor, hostCores: cpus().length },
      window,
    );
    this.steps.push(step);
    progress.say(`  ${this.arm.name} ${sentenceOf(step)}`);
    return step.holds;
  }

  private readonly drained = () => this.arm.drained({ withinMs: drainMsMax }).catch(() => null);

  private windowTools() {
    const { stores, k6, progress } = this.tools;
    return { dir: stores.dir, k6, progress };
  }

  private loadOf(name: string, ratePerSecond: number) {
    const seed = deriveSeed(this.config.seed, name);
    return {
      ...{ name, scenario: 'steady' as const, url: this.arm.url, seed, ratePerSecond },
      ...{ seconds: this.config.stepSeconds, vus: null, introduce: false },
    };
  }
}

function sentenceOf(step: CapacityStep): string {
  const { offeredPerSecond, achievedPerSecond, answeredMs, missedShare, inFlight } = step;
  const p99 = answeredMs === null ? 'no answer' : `p99 ${millisecondsText(answeredMs.p99)}`;
  return (
    `${countText(offeredPerSecond)}/s: ${countText(achievedPerSecond)}/s acknowledged, ${p99}, ` +
    `${shareText(missedShare)} missed, ${figureText(inFlight)} in flight, ` +
    `${shareText(step.idleShare)} idle: ${step.holds ? 'holds' : `breaks, ${step.reason}`}`
  );
}
