import { themed } from './theme.js';

/**
 * A value axis of a chart. Logarithms are taken here and not by the charting library: its own
 * logarithmic axis never ends drawing lines when its bounds are no powers of ten (ECharts 6.1).
 */
export interface Scale {
  /** Where a value lies on the axis; null where it can't be drawn. */
  readonly at: (value: number | null) => number | null;
  /** For ECharts, as its xAxis or yAxis. */
  readonly axis: Readonly<Record<string, unknown>>;
}

export type ValueText = (value: number) => string;

const decadesMax = 12;

/** From the least of the values to the most, widened to whole ticks. */
export function logScale(values: readonly number[], text: ValueText, name = ''): Scale {
  const drawn = values.filter((value) => value > 0 && Number.isFinite(value));
  const most = drawn.length === 0 ? 10 : Math.max(...drawn);
  const least = Math.max(drawn.length === 0 ? 1 : Math.min(...drawn), most / 10 ** decadesMax);
  const ticks = logTicks(least, most);
  const at = ticks.map(Math.log10);
  return {
    at: (value) =>
      value === null || !(value > 0) ? null : Math.max(Math.log10(value), at[0] as number),
    axis: {
      ...axisStyle(name),
      ...{ type: 'value', min: at[0], max: at.at(-1) },
      axisTick: { show: true, customValues: at, lineStyle: { color: themed('rule') } },
      axisLabel: {
        ...labelStyle,
        customValues: at,
        formatter: (value: number) => text(10 ** value),
      },
    },
  };
}

/** From zero. */
export function linearScale(text: ValueText, name = '', max?: number): Scale {
  return {
    at: (value) => value,
    axis: {
      ...axisStyle(name),
      ...{ type: 'value', min: 0, splitNumber: 4 },
      ...(max === undefined ? {} : { max }),
      axisTick: { show: false },
      axisLabel: { ...labelStyle, formatter: text },
    },
  };
}

export const labelStyle = { color: themed('muted'), fontSize: 12, hideOverlap: true };

export function axisStyle(name: string): Record<string, unknown> {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: { color: themed('muted'), fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: themed('rule') } },
    splitLine: { show: true, lineStyle: { color: themed('rule'), width: 0.6 } },
  };
}

/** More labels than this overlap on the narrowest chart. */
const ticksMax = 9;
/** Within a decade, from fine to coarse; finer ones would print as the same number. */
const stepsOfDecade = [evenSteps(0.1), evenSteps(0.2), evenSteps(0.5), [1, 2, 5], [1]];

/** Ascending, the first at or below the least, the last at or above the most. */
export function logTicks(least: number, most: number): number[] {
  const tries = stepsOfDecade.map((steps) => ticksOf(steps, least, most));
  return tries.find(({ length }) => length <= ticksMax) ?? (tries.at(-1) as number[]);
}

function ticksOf(steps: readonly number[], least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least)) - 1;
  const last = Math.ceil(Math.log10(most)) + 1;
  const all: number[] = [];
  for (let power = first; power <= last; power++) {
    for (const step of steps) all.push(Number((step * 10 ** power).toPrecision(6)));
  }
  const from = all.findLastIndex((tick) => tick <= least);
  const to = all.findIndex((tick, i) => tick >= most && i > from);
  return all.slice(from, to + 1);
}

function evenSteps(step: number): number[] {
  return Array.from({ length: Math.round(9 / step) }, (_, i) => 1 + i * step);
}
