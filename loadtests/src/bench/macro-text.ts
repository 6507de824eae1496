/** What the saturated arms showed, in words and a table. Pure. */
import { type ArmName, armNames, armTraits, ladder, storesEvents } from '../arms.js';
import { countText, figureText, intervalText, none, plural, timesText } from '../number-text.js';
import { table } from '../report/text-table.js';
import { medianOf } from '../statistics/median.js';
import { geometricMeanRatio } from '../statistics/ratio.js';
import { type BenchRecord, type MacroSide, macroProcesses } from './bench-record.js';

/** What the async arm has to reach; printed beside what it does reach, and nobody's exit code. */
export const goals = [
  { arm: 'async', against: 'floor-batched', ratioMin: 0.8 },
  { arm: 'async', against: 'naive', ratioMin: 12 },
] as const;

/** The servers that idle beside a floor, and the kernel's part of loopback, stay below this. */
const othersCoresMax = 0.3;

/** Why an arm has no speed at all; null when it has one. */
export function disqualified(sides: readonly MacroSide[], arm: ArmName): string | null {
  for (const { arm: name, round, acknowledged, ledger } of sides) {
    if (name !== arm) continue;
    if (acknowledged === 0) return `${arm} acknowledged nothing in round ${round}`;
    if (!armTraits[arm].exact || ledger === null) continue; // naive's gap is its result, and is shown
    const { lost, surplus } = ledger;
    if (lost + surplus > 0) {
      return `${arm} is not exact: round ${round} lost ${lost} and counted ${surplus} too many`;
    }
  }
  return null;
}

export function renderBench(record: BenchRecord): string {
  const { plan, state, problem, sides } = record;
  const each = plan.connections.map((connections) =>
    renderSides(
      sides.filter((side) => side.connections === connections),
      connections,
    ),
  );
  return [
    ...each,
    ...(plan.profiled ? ['Profiled: rates and CPU above include the profiler.'] : []),
    ...(state === 'complete' ? [] : [`UNFINISHED (${state}). ${problem}`]),
  ].join('\n\n');
}

export function renderSides(sides: readonly MacroSide[], connections: number): string {
  const head = ['arm', 'events/s', '(range)', 'not 2xx', ...macroProcesses.map((p) => `${p} µs`)];
  const arms = armsOf(sides);
  const rounds = Math.max(0, ...sides.map(({ round }) => round));
  const rows = arms.map((arm) => rowOf(sidesOf(sides, arm)));
  return [
    `Saturated by ${plural(connections, 'connection')}, ${plural(rounds, 'round')}: median of acknowledged events/s; CPU per event by process`,
    ...table([[...head, 'wrk µs', 'wrk cores', 'others'], ...rows]),
    '',
    ...ratiosOf(arms).map((goal) => ratioLine(sides, goal)),
    ...disturbances(sides),
    '',
    ...arms.filter(storesEvents).flatMap((arm) => sidesOf(sides, arm).map(ledgerLine)),
  ].join('\n');
}

export function armsOf(sides: readonly MacroSide[]): ArmName[] {
  return armNames.filter((name) => sides.some(({ arm }) => arm === name));
}

/** What a receipt costs that waits for a store in another process, and what async costs beyond. */
const limit = [
  { arm: 'floor-durable', against: 'floor-batched' },
  { arm: 'async', against: 'floor-durable' },
] as const;

interface RatioShown {
  readonly arm: ArmName;
  readonly against: ArmName;
  readonly ratioMin?: number;
}

/** The goals, and where a rung of the ladder was asked for, what each step brought. */
export function ratiosOf(arms: readonly ArmName[]): RatioShown[] {
  const climbed = ladder.filter((arm) => arms.includes(arm));
  const steps = climbed.slice(1).map((arm, at) => ({ arm, against: climbed[at] as ArmName }));
  const both = ({ arm, against }: RatioShown) => arms.includes(arm) && arms.includes(against);
  return [...goals.filter(both), ...limit.filter(both), ...(climbed.length > 2 ? steps : [])];
}

function rowOf(sides: readonly MacroSide[]): string[] {
  const rates = sides.map(({ acknowledgedPerSecond }) => acknowledgedPerSecond);
  const others = sides.map(({ window }) => window.refused + window.socketErrors);
  return [
    sides[0]?.arm ?? none,
    countText(medianOf(rates)),
    `${countText(Math.min(...rates))}–${countText(Math.max(...rates))}`,
    countText(others.reduce((sum, count) => sum + count, 0)),
    ...macroProcesses.map((process) => {
      const costs = sides.flatMap((side) => side.cpuMicrosecondsPerEvent[process] ?? []);
      return costs.length === 0 ? none : figureText(medianOf(costs));
    }),
    figureText(medianOf(sides.map((s) => (s.window.cpuSeconds * 1e6) / s.window.answered))),
    figureText(medianOf(sides.map((s) => s.window.cpuSeconds / s.window.seconds))),
    figureText(Math.max(...sides.map((s) => s.othersCores))),
  ];
}

const disturbed = ({ othersCores }: MacroSide) => othersCores > othersCoresMax;

/** A round in which others took a core is a round with another machine. */
function disturbances(sides: readonly MacroSide[]): string[] {
  const found = sides.filter(disturbed);
  if (found.length === 0) return [];
  const each = found.map((s) => `${s.arm} in round ${s.round}: ${figureText(s.othersCores)}`);
  return [`DISTURBED, others took more than ${othersCoresMax} cores: ${each.join(', ')}`];
}

/** Over the rounds that have both; a sentence instead when one of the two has no speed. */
export function ratioOf(sides: readonly MacroSide[], arm: ArmName, against: ArmName) {
  const reason = disqualified(sides, arm) ?? disqualified(sides, against);
  if (reason !== null) return reason;
  const below = sidesOf(sides, against);
  const pairs = sidesOf(sides, arm).flatMap((side) => {
    const other = below.find(({ round }) => round === side.round);
    const denominator = other?.acknowledgedPerSecond;
    return denominator ? [{ numerator: side.acknowledgedPerSecond, denominator }] : [];
  });
  return pairs.length === 0 ? 'no round has both' : geometricMeanRatio(pairs);
}

function ratioLine(sides: readonly MacroSide[], { arm, against, ratioMin }: RatioShown): string {
  const name = `${arm} ÷ ${against}`;
  const found = ratioOf(sides, arm, against);
  if (typeof found === 'string') return `${name}: no ratio, as ${found}`;
  const { ratio, interval, blocks } = found;
  const certain = interval === null ? 'no interval' : intervalText(interval.low, interval.high);
  const each = blocks.map((block) => figureText(block)).join(', ');
  const text = `${name}: ${timesText(ratio)} (${certain}; rounds ${each})`;
  if (ratioMin === undefined) return text;
  const isDisturbed = [...sidesOf(sides, arm), ...sidesOf(sides, against)].some(disturbed);
  const judged = isDisturbed ? 'not judged (disturbed)' : ratio >= ratioMin ? 'reached' : 'MISSED';
  return `${text}; goal ≥ ${ratioMin} ×: ${judged}`;
}

function ledgerLine({ arm, round, ledger, drainMs }: MacroSide): string {
  const { acknowledged, unknown, counted, stored, lost, surplus } = ledger ?? {
    ...{ acknowledged: 0, unknown: 0, counted: 0, stored: 0, lost: 0, surplus: 0 },
  };
  const drained = drainMs >= 1_000 ? `, drained in ${figureText(drainMs / 1_000)} s` : '';
  const verdict = lost + surplus === 0 ? 'exact' : `lost ${countText(lost)}`;
  const sums = `acknowledged ${countText(acknowledged)} · unknown ${countText(unknown)} · counted by itself ${countText(counted)} · stored ${countText(stored)}`;
  const more = surplus > 0 ? `, ${countText(surplus)} too many` : '';
  return `${arm} round ${round}: ${sums}: ${verdict}${more}${drained}`;
}

export function sidesOf(sides: readonly MacroSide[], arm: ArmName): MacroSide[] {
  return sides.filter((side) => side.arm === arm).sort((a, b) => a.round - b.round);
}
