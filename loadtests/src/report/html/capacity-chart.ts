/** What an arm carries, drawn: latency by offered rate, and throughput by users with the curve fitted to it. */
import type { CapacityArm, CapacitySweep } from '../../capacity/capacity-record.js';
import { countText, figureText } from '../../number-text.js';
import { chartLegend, chartTitle, type Dash, drawChart } from './chart.js';
import { linearScale, logScale, type Scale } from './scale.js';
import { themed } from './theme.js';

export interface ArmColour {
  readonly arm: CapacityArm;
  readonly colour: string;
}

const height = 280;
const grid = { left: 8, right: 16, top: 54, bottom: 4, outerBoundsMode: 'same' };
const dashes: readonly Dash[] = ['dashed', 'solid', 'dotted'];
/** Told apart without colour, too. */
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'];
const curvePoints = 60;

const dashOf = (index: number): Dash => dashes[index % dashes.length] ?? 'solid';

/** p99 of what was answered by offered rate, both on logarithmic scales; hollow where the level broke. */
export function latencyByRateChart(arms: readonly ArmColour[], p99MsMax: number): string {
  const steps = arms.flatMap(({ arm }) => arm.steps);
  const answered = steps.flatMap(({ answeredMs }) => answeredMs?.p99 ?? []);
  const x = logScale(
    steps.map(({ offeredPerSecond }) => offeredPerSecond),
    figureText,
    'offered arrivals a second',
  );
  const y = logScale([...answered, p99MsMax], figureText);
  const names = arms.map(({ arm }) => arm.arm);
  const option = {
    title: chartTitle('p99 of the answered · milliseconds'),
    legend: chartLegend(names, (name) => dashOf(names.indexOf(name))),
    ...{ grid, xAxis: x.axis, yAxis: { ...y.axis, nameGap: 40 } },
    series: arms.map((each, i) => ({
      ...latencyLine(each, i, { x, y }),
      ...(i === 0 ? { markLine: limitLine(y.at(p99MsMax), p99MsMax) } : {}),
    })),
  };
  return drawChart(option, { height });
}

function latencyLine(
  { arm, colour }: ArmColour,
  index: number,
  { x, y }: Record<'x' | 'y', Scale>,
) {
  const steps = arm.steps.toSorted((a, b) => a.offeredPerSecond - b.offeredPerSecond);
  return {
    ...{ type: 'line', name: arm.arm, silent: true, symbolSize: 8 },
    symbol: symbols[index % symbols.length],
    lineStyle: { width: 1.5, type: dashOf(index), color: colour },
    itemStyle: { color: colour },
    data: steps.map(({ offeredPerSecond, answeredMs, holds }) => ({
      value: [x.at(offeredPerSecond), y.at(answeredMs?.p99 ?? null)],
      itemStyle: { color: holds ? colour : themed('paper'), borderColor: colour, borderWidth: 1.5 },
    })),
  };
}

function limitLine(at: number | null, p99MsMax: number) {
  return {
    ...{ silent: true, symbol: 'none', data: [{ yAxis: at }] },
    lineStyle: { color: themed('bad'), type: 'solid', width: 1 },
    label: {
      ...{ color: themed('bad'), fontSize: 12, position: 'insideStartTop' },
      formatter: `limit ${figureText(p99MsMax)} ms`,
    },
  };
}

/** What was measured as points, what was fitted as a line, which ends where the measurement does. */
export function sweepChart({ arm, colour }: ArmColour, sweep: CapacitySweep): string {
  const { points, fit } = sweep;
  const x = logScale(
    points.map(({ concurrency }) => concurrency),
    figureText,
    'users',
  );
  const curve = fit === null ? [] : curveOf(fit, points);
  const fitted = fit?.used === false ? 'fitted, not used' : 'fitted';
  const dash: Dash = fit?.used === false ? 'dotted' : 'solid';
  const names = ['measured', ...(curve.length === 0 ? [] : [fitted])];
  const option = {
    title: chartTitle(`${arm.arm}: throughput · events a second`),
    legend: {
      ...chartLegend(names, () => dash),
      data: names.map((name) =>
        name === 'measured' ? { name, icon: 'circle' } : { name, icon: 'rect' },
      ),
    },
    ...{ grid, xAxis: x.axis, yAxis: { ...linearScale(countText).axis, nameGap: 40 } },
    series: [
      {
        ...{ type: 'line', name: fitted, symbol: 'none', silent: true },
        lineStyle: { color: themed('ink'), width: 1.5, type: dash },
        itemStyle: { color: themed('ink') },
        data: curve.map(([users, perSecond]) => [x.at(users), perSecond]),
      },
      {
        ...{ type: 'scatter', name: 'measured', silent: true, symbolSize: 9 },
        itemStyle: { color: colour },
        data: points.map((point) => [x.at(point.concurrency), point.throughputPerSecond]),
      },
    ],
  };
  return drawChart(option, { height });
}

/** X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), from the fewest users measured to the most. */
function curveOf(
  { lambda, sigma, kappa }: NonNullable<CapacitySweep['fit']>,
  points: CapacitySweep['points'],
): [number, number][] {
  const measured = points.map(({ concurrency }) => concurrency);
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  return Array.from({ length: curvePoints + 1 }, (_, i) => {
    const users = least * (most / least) ** (i / curvePoints);
    const slowed = 1 + sigma.value * (users - 1) + kappa.value * users * (users - 1);
    return [users, (lambda.value * users) / slowed];
  });
}
