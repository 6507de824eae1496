/** What the saturated arms showed, as a block for the README. Pure. */
import { type ArmName, armTraits, storesEvents } from '../arms.js';
import {
  countText,
  figureText,
  intervalText,
  plural,
  rateText,
  timesText,
} from '../number-text.js';
import { whereText } from '../report/markdown.js';
import { medianOf } from '../statistics/median.js';
import type { BenchRecord, MacroSide } from './bench-record.js';
import { armsOf, ratioOf, ratiosOf, sidesOf } from './macro-text.js';

export function renderBenchMarkdown(record: BenchRecord): string {
  const { plan, sides } = record;
  const arms = armsOf(sides);
  const over = plan.connections.map((connections) => ({
    name: plural(connections, 'connection'),
    own: sides.filter((side) => side.connections === connections),
  }));
  const row = (name: string, cell: (sides: MacroSide[]) => string, own: readonly MacroSide[]) =>
    `| ${name} | ${arms.map((arm) => cell(sidesOf(own, arm))).join(' | ')} |`;
  return [
    `| | ${arms.join(' | ')} |`,
    `|---|${arms.map(() => '--:').join('|')}|`,
    ...over.map(({ name, own }) => row(`${name}: achieved (2xx)`, rateOf, own)),
    ...over.map(({ name, own }) => row(`${name}: CPU an event, all`, cpuOf, own)),
    '',
    ...over.map(({ name, own }) => `- ${name}: ${ratioTexts(own, arms)}.`),
    `- ${arms
      .filter(storesEvents)
      .map((arm) => ledgerText(sidesOf(sides, arm)))
      .join('; ')}.`,
    '',
    `${plural(plan.rounds, 'round')} of ${plan.measureSeconds} s an arm, medians over rounds, ratios with 95 % intervals; ` +
      `the generator (wrk) shares the cores. ${whereText(record, plan.seed)}`,
    '',
  ].join('\n');
}

const rateOf = (sides: readonly MacroSide[]) =>
  rateText(medianOf(sides.map(({ acknowledgedPerSecond }) => acknowledgedPerSecond)));

function cpuOf(sides: readonly MacroSide[]): string {
  const each = sides.map(({ cpuMicrosecondsPerEvent: cpu }) =>
    Object.values(cpu).reduce((sum, micros) => sum + micros, 0),
  );
  return `${figureText(medianOf(each))} µs`;
}

function ratioTexts(sides: readonly MacroSide[], arms: readonly ArmName[]): string {
  const each = ratiosOf(arms).map(({ arm, against }) => {
    const found = ratioOf(sides, arm, against);
    if (typeof found === 'string') return `${arm} ÷ ${against}: no ratio, as ${found}`;
    const { ratio, interval } = found;
    const range = interval === null ? 'no interval' : intervalText(interval.low, interval.high);
    return `${arm} ÷ ${against} ${timesText(ratio)} (${range})`;
  });
  return each.join(', ');
}

/** Of warm-ups and windows, over all rounds and numbers of connections. */
function ledgerText(sides: readonly MacroSide[]): string {
  const arm = (sides[0] as MacroSide).arm;
  const sum = (name: 'counted' | 'lost' | 'surplus') =>
    sides.reduce((all, { ledger }) => all + (ledger?.[name] ?? 0), 0);
  const gaps = sum('lost') + sum('surplus');
  if (gaps === 0)
    return `${arm} stored each of ${countText(sum('counted'))} acknowledged events once`;
  const what = armTraits[arm].exact ? 'BROKE ITS PROMISE: lost' : 'lost';
  const more = sum('surplus') > 0 ? `, counted ${countText(sum('surplus'))} too many` : '';
  return `${arm} ${what} ${countText(sum('lost'))} of ${countText(sum('counted'))}${more}`;
}
