import type { ScenarioName } from '../config.js';
import type { FaultName } from '../faults.js';
import type { RecordedEntry } from '../run-record.js';
import type { Load } from './k6-load.js';

/** 100 users do for a warm-up and keep k6 from spending seconds on making them. */
export const warmUpVus = 100;

/** One run of one arm, as it is planned. */
export interface RunTask {
  readonly entry: RecordedEntry;
  readonly scenario: ScenarioName;
  /** From 1; 0 outside a study. */
  readonly block: number;
  readonly position: number;
  readonly seeds: { readonly warmUp: number; readonly measured: number };
  readonly ratePerSecond: number | null;
  readonly seconds: number | null;
  readonly warmUpSeconds: number;
  /** Absent or null: nothing is broken on purpose. */
  readonly fault?: FaultName | null;
  /** Directory of the record; the run gets one of its own in it. */
  readonly recordDirectory: string;
}

export function directoryOf({ block, entry }: RunTask): string {
  return block === 0 ? entry.arm : `block-${block}-${entry.label}`;
}

export function measuredLoad(task: RunTask, url: string): Load {
  const { scenario, ratePerSecond, seconds, seeds } = task;
  return {
    ...{ name: 'measured', scenario, url, ratePerSecond, seconds },
    ...{ seed: seeds.measured, vus: null, introduce: false },
  };
}

/** Open whatever the scenario, as it is to be short and the same for all. */
export function warmUpLoad(task: RunTask, url: string): Load {
  return {
    ...measuredLoad(task, url),
    ...{ name: 'warm-up', scenario: 'steady', seconds: task.warmUpSeconds, vus: warmUpVus },
    ...{ seed: task.seeds.warmUp, introduce: true },
  };
}
