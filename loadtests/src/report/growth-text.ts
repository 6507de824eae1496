import { countText, figureText, none, percentText } from '../number-text.js';
import type { RecordedRun } from '../run-record.js';
import { type GrowthVerdict, growthLimits, growthVerdicts } from './growth.js';

/** Of everything that could grow: its range, its growth a day, a verdict; then the verdict on all. */
export function growthLines(run: Pick<RecordedRun, 'processes' | 'growth'>): string[] {
  const verdicts = growthVerdicts(run);
  if (verdicts.length === 0) return [];
  const rows = verdicts.map(growthRow);
  const widest = (key: keyof (typeof rows)[number]) =>
    Math.max(...rows.map((row) => row[key].length));
  const [name, range, daily] = [widest('name'), widest('range'), widest('daily')];
  return [
    `What could grow for ever: range, growth a day (95 % interval) from ${settledMinutes} min on; growing is`,
    `over ${percentText(growthLimits.dailyShareMax)} a day for sure; of a backlog, lows that rise by over ${percentText(growthLimits.heightShareMax)} of its height`,
    ...rows.map((row) =>
      `  ${row.name.padEnd(name)}  ${row.range.padStart(range)}  ${row.daily.padStart(daily)}  ${row.verdict}`.trimEnd(),
    ),
    `  ${growthConclusion(verdicts)}`,
  ];
}

/** One sentence on all of them. */
export function growthConclusion(verdicts: readonly GrowthVerdict[]): string {
  const named = (wanted: GrowthVerdict['verdict']) =>
    verdicts.filter(({ verdict }) => verdict === wanted);
  const growing = named('growing').map(({ process, metric }) => `${process} ${metric}`);
  if (growing.length > 0) return `GROWING: ${growing.join(', ')}.`;
  const open = named('not enough data').length;
  const flat = `${countText(named('flat').length)} flat`;
  return open === 0
    ? `Nothing grows: ${flat}.`
    : `Nothing is seen to grow: ${flat}, of ${countText(open)} this run is too short to tell.`;
}

const settledMinutes = growthLimits.settleSeconds / 60;

/** One of them, each part as it is printed. */
export const growthRow = (each: GrowthVerdict) => ({
  name: `${each.process} ${each.metric}`,
  range: `${quantityText(each.least)}–${quantityText(each.most)} ${each.unit}`.trimEnd(),
  daily: dailyText(each.dailyShare),
  verdict: verdictText(each),
});

function verdictText({ verdict, secondsNeeded, reason }: GrowthVerdict): string {
  if (secondsNeeded !== null) {
    return `${verdict}: takes about ${countText(Math.ceil(secondsNeeded / 60))} min`;
  }
  return reason === '' ? verdict : `${verdict}: ${reason}`;
}

function quantityText(value: number): string {
  return Number.isInteger(value) ? countText(value) : figureText(value);
}

function dailyText(daily: GrowthVerdict['dailyShare']): string {
  if (daily === null) return none;
  const { value, low, high } = daily;
  return `${shareText(value)} (${shareText(low)} to ${shareText(high)})`;
}

/** '+12 %', '−3 %', '±0 %'. */
function shareText(share: number): string {
  const percent = Math.round(share * 100);
  const sign = percent === 0 ? '±' : percent > 0 ? '+' : '−';
  return `${sign}${countText(Math.abs(percent))} %`;
}
