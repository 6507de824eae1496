/** Schedules and their sum as lines. */
import { countText, millisecondsText } from '../number-text.js';
import type { Violation } from './audit.js';
import { nameOf } from './fault-kinds.js';
import type { BittenFault, ScheduleResult } from './perform.js';
import type { Bites, ChaosRecord } from './tally.js';

const eventsShownMax = 3;
const violationsShownMax = 8;

export function scheduleLine(
  { schedule, faults, told, violations, drainMs }: ScheduleResult,
  number: number,
  of: number,
): string {
  const fates = (['acknowledged', 'refused', 'unknown'] as const)
    .map((fate) => `${countText(told.sum(fate))} ${fate}`)
    .join(', ');
  const verdict = violations.length === 0 ? 'ok' : `FAILED: ${violations.length} facts`;
  const drained = drainMs === null ? 'not drained' : `drained in ${millisecondsText(drainMs)}`;
  const shown = faults.map(faultText).join(', ');
  return `${number} of ${of}  seed ${schedule.seed}  ${shown}  ${fates}  ${drained}  ${verdict}`;
}

function faultText(fault: BittenFault): string {
  const when = `${nameOf(fault)}@${fault.atMs}+${fault.lengthMs}ms`;
  return fault.bitten ? when : `${when} (void: ${fault.seen})`;
}

export function violationLines(violations: readonly Violation[]): string[] {
  const lines = violations.slice(0, violationsShownMax).flatMap(({ kind, fact, events }) => [
    `  ${kind}: ${fact}`,
    ...events.slice(0, eventsShownMax).map(({ event, attempts }) => {
      const tried = attempts.map(
        ({ atMs, ms, answer, fate }) => `@${atMs}+${ms}ms ${answer} ${fate}`,
      );
      return `    ${event.eventId ?? 'without id'}: ${tried.join(', ')}`;
    }),
  ]);
  const more = violations.length - violationsShownMax;
  return more > 0 ? [...lines, `  and ${more} more, all in facts.json`] : lines;
}

export function tallyLines({ kinds, faces, events, missing, ...sum }: ChaosRecord): string[] {
  const width = Math.max(...Object.keys(faces).map((name) => name.length), 'fault'.length);
  const row = (name: string, drawn: unknown, bitten: unknown, idle: unknown) =>
    `${name.padEnd(width)}  ${String(drawn).padStart(5)}  ${String(bitten).padStart(6)}  ${String(idle).padStart(4)}`;
  const rows = (of: Record<string, Bites>) =>
    Object.entries(of)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { drawn, bitten, void: idle }]) => row(name, drawn, bitten, idle));
  const failed = sum.failedSeeds.length;
  return [
    row('fault', 'drawn', 'bitten', 'void'),
    ...rows(faces),
    row('all', ...totals(kinds)),
    ...missing.map((face) => `not possible here: ${face}`),
    `${countText(events.acknowledged)} events acknowledged, ${countText(events.refused)} refused, ` +
      `${countText(events.unknown)} unknown, in ${countText(sum.seconds)} s`,
    failed === 0
      ? `${sum.schedules} schedules passed, from seed ${sum.firstSeed}`
      : `${failed} of ${sum.schedules} schedules failed: seeds ${sum.failedSeeds.join(', ')}`,
  ];
}

function totals(kinds: ChaosRecord['kinds']): [number, number, number] {
  const all = Object.values(kinds);
  const sum = (key: keyof Bites) => all.reduce((total, each) => total + each[key], 0);
  return [sum('drawn'), sum('bitten'), sum('void')];
}
