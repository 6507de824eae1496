/** What the saturated arms showed, in words and a table. Pure. */
import { type ArmName, armNames, armTraits, ladder, storesEvents } from '../arms.js';
import { countText, figureText, intervalText, none, plural, timesText } from '../number-text.js';
import { geometricMeanRatio } from '../statistics/ratio.js';
import type { MacroProcess, MacroSide } from './macro.js';

/** What the async arm has to reach; printed beside what it does reach, and nobody's exit code. */
export const goals = [
  { arm: 'async', against: 'floor-batched', ratioMin: 0.8 },
  { arm: 'async', against: 'naive', ratioMin: 12 },
] as const;

/** The servers that idle beside a floor, and the kernel's part of loopback, stay below this. */
const othersCoresMax = 0.3;

const processes: readonly MacroProcess[] = ['api', 'worker', 'mysql', 'redis'];

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

export function renderMacro(sides: readonly MacroSide[]): string {
  const rounds = Math.max(...sides.map(({ round }) => round));
  const head = ['arm', 'events/s', '(range)', 'not 2xx', ...processes.map((p) => `${p} µs`)];
  const arms = armNames.filter((name) => sides.some(({ arm }) => arm === name));
  const rows = arms.map((arm) => rowOf(sidesOf(sides, arm)));
  return [
    `Saturated, ${plural(rounds, 'round')}: median of acknowledged events/s; CPU per event by process`,
    table([[...head, 'wrk µs', 'wrk cores', 'others'], ...rows]),
    '',
    ...ratiosOf(arms).map((goal) => ratioLine(sides, goal)),
    ...disturbances(sides),
    '',
    ...arms.filter(storesEvents).flatMap((arm) => sidesOf(sides, arm).map(ledgerLine)),
  ].join('\n');
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
function ratiosOf(arms: readonly ArmName[]): RatioShown[] {
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
    ...processes.map((process) => {
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

function ratioLine(sides: readonly MacroSide[], { arm, against, ratioMin }: RatioShown): string {
  const name = `${arm} ÷ ${against}`;
  const reason = disqualified(sides, arm) ?? disqualified(sides, against);
  if (reason !== null) return `${name}: no ratio, as ${reason}`;
  const below = sidesOf(sides, against);
  const pairs = sidesOf(sides, arm).map((side) => ({
    numerator: side.acknowledgedPerSecond,
    denominator: below.find(({ round }) => round === side.round)?.acknowledgedPerSecond ?? 0,
  }));
  const { ratio, interval, blocks } = geometricMeanRatio(pairs);
  const certain = interval === null ? 'no interval' : intervalText(interval.low, interval.high);
  const each = blocks.map((block) => figureText(block)).join(', ');
  const text = `${name}: ${timesText(ratio)} (${certain}; rounds ${each})`;
  if (ratioMin === undefined) return text;
  const isDisturbed = [...sidesOf(sides, arm), ...below].some(disturbed);
  const judged = isDisturbed ? 'not judged (disturbed)' : ratio >= ratioMin ? 'reached' : 'MISSED';
  return `${text}; goal ≥ ${ratioMin} ×: ${judged}`;
}

function ledgerLine({ arm, round, ledger, drainMs }: MacroSide): string {
  const { acknowledged, unknown, stored, lost, surplus } = ledger ?? {
    ...{ acknowledged: 0, unknown: 0, stored: 0, lost: 0, surplus: 0 },
  };
  const drained = drainMs >= 1_000 ? `, drained in ${figureText(drainMs / 1_000)} s` : '';
  const verdict = lost + surplus === 0 ? 'exact' : `lost ${countText(lost)}`;
  const sums = `acknowledged ${countText(acknowledged)} · unknown ${countText(unknown)} · stored ${countText(stored)}`;
  const more = surplus > 0 ? `, ${countText(surplus)} too many` : '';
  return `${arm} round ${round}: ${sums}: ${verdict}${more}${drained}`;
}

function sidesOf(sides: readonly MacroSide[], arm: ArmName): MacroSide[] {
  return sides.filter((side) => side.arm === arm).sort((a, b) => a.round - b.round);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths?.[at] ?? 0) : cell.padStart(widths?.[at] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
