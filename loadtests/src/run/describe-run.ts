import type { Growth } from '../growth-record.js';
import type { RequestPhases } from '../load-course.js';
import type { RecordedObservation } from '../observation-record.js';
import type { Death } from '../rig/rig-directory.js';
import type { RecordedLedger, RecordedLoad, RecordedProcess, RecordedRun } from '../run-record.js';
import type { Calm } from './calm.js';
import { checkRun } from './checks.js';
import { describeCourses } from './courses.js';
import type { InjectedFault } from './injected-fault.js';
import { describeLoad, type EndedLoad } from './measurement.js';
import type { ProcessUse } from './process-meter.js';
import { directoryOf, type RunTask } from './run-task.js';
import type { MeasuredWindow } from './window.js';

/** What was seen in one run. */
export interface RunSeen {
  readonly startedAt: string;
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly calm: Calm;
  readonly warmUp: EndedLoad;
  readonly window: MeasuredWindow;
  readonly ledger: RecordedLedger;
  readonly deaths: readonly Death[];
  readonly growth?: Growth | undefined;
  readonly requestPhases?: RequestPhases | undefined;
  readonly observation?: RecordedObservation | undefined;
  readonly fault?: InjectedFault['described'] | undefined;
}

/** The run as it stands in the record, with the rules that it can be held to by itself. */
export function describeRun(task: RunTask, seen: RunSeen): RecordedRun {
  const { block, position, seeds, entry } = task;
  const { window, calm, ledger, startedAt } = seen;
  const load = describeLoad(window.ended);
  const run = {
    ...{ block, position, label: entry.label, arm: entry.arm, directory: directoryOf(task) },
    ...{ startedAt, seeds, load, ledger, drainMs: window.drainMs },
    phasesMs: { ...seen.phasesMs },
    courses: describeCourses(seen.warmUp, window.ended),
    processes: window.uses.map((use) => chargeTo(load, use)),
    host: {
      idleShare: window.host.idleShare,
      stolenShare: window.host.stolenShare,
      backgroundCores: calm.backgroundCores,
      calmWaitMs: calm.waitedMs,
      othersCores: window.othersCores,
    },
    clock: { stepMs: window.host.clockStepMs, largestGapMs: window.host.longestPauseMs },
    deaths: seen.deaths
      .filter(({ name }) => !name.startsWith('k6-')) // ends by itself; its exit code was looked at
      .map(({ name, code, signal }) => ({ process: name, how: signal ?? `code ${code}` })),
    ...(seen.growth && { growth: seen.growth }),
    ...(seen.requestPhases && { requestPhases: seen.requestPhases }),
    ...(seen.observation !== undefined && { observation: seen.observation }),
    ...(seen.fault && { fault: seen.fault.fault }),
  };
  return { ...run, checks: [...checkRun(run, entry), ...(seen.fault ? [seen.fault.check] : [])] };
}

function chargeTo({ outcomes }: RecordedLoad, use: ProcessUse): RecordedProcess {
  const events = outcomes.counted + outcomes.duplicate;
  const { everySeconds, rssMebibytes } = use.memory;
  const memory = { everySeconds, rssMebibytes: [...rssMebibytes] };
  return {
    ...use,
    memory,
    cpuMicrosPerEvent: events === 0 ? null : (use.cpuSeconds * 1e6) / events,
  };
}
