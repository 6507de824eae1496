import { countText, figureText, none, plural } from '../../number-text.js';
import type { RecordedRun, RunRecord } from '../../run-record.js';
import { isValid } from '../comparison.js';
import { dataTable } from './data-table.js';
import { entryColours } from './entry-colours.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { themed } from './theme.js';
import { type TimeSeries, timeChartIn } from './time-chart.js';

type Course = NonNullable<RecordedRun['courses']>[number];
type List = 'offered' | 'acknowledged' | 'dropped' | 'p50Ms' | 'p95Ms';

/** A single run is as long as it likes; tables of a study stay readable. */
const tableRowsMax = 600;

/** Rate and latency of every run over time; null for records without them. */
export function courseSection(record: RunRecord): Markup | null {
  const colours = entryColours(record.plan.entries);
  const figures = record.plan.entries.flatMap(({ label }) => {
    const runs = record.runs.filter((run) => run.label === label && run.courses?.length);
    return runs.length === 0 ? [] : [courseFigure(label, runs, colours.get(label) ?? '#808080')];
  });
  if (figures.length === 0) return null;
  return html`<section id="time"><h2>Over time</h2>
${figures}
</section>`;
}

function courseFigure(label: string, runs: readonly RecordedRun[], colour: string): Markup {
  const courses = runs.flatMap((run) => run.courses ?? []);
  const lines = (name: string, list: List, look: Pick<TimeSeries, 'colour' | 'dash'>) =>
    courses.map((course): TimeSeries => ({ name, ...look, points: pointsOf(course, list) }));
  const shaded = warmUpOf(courses);
  const hasDrops = courses.some(({ dropped }) => dropped.some((count) => count > 0));
  const drops = hasDrops
    ? lines('dropped', 'dropped', { colour: themed('bad'), dash: 'dotted' })
    : [];
  const invalid = runs.filter((run) => !isValid(run)).length;
  const windows = courses.filter(({ phase }) => phase === 'measured');
  const arrivals = windows.flatMap(({ offered }) => offered).reduce((sum, each) => sum + each, 0);
  const widest = Math.max(...courses.map(({ everySeconds }) => everySeconds));
  const often = widest === 1 ? 'a point a second' : `a point every ${widest} seconds at most`;
  return figure({
    name: `${label}: rate and latency over time`,
    charts: [
      timeChartIn({
        ...{ title: `${label}: rate`, unit: 'a second', shaded },
        series: [
          ...lines('offered', 'offered', { colour: themed('muted'), dash: 'dashed' }),
          ...lines('acknowledged', 'acknowledged', { colour }),
          ...drops,
        ],
      }),
      timeChartIn({
        ...{ title: `${label}: latency`, unit: 'milliseconds', scale: 'log', shaded },
        series: [
          ...lines('p50', 'p50Ms', { colour, dash: 'dashed' }),
          ...lines('p95', 'p95Ms', { colour }),
        ],
      }),
    ],
    caption:
      `${label}, one line a run (${plural(runs.length, 'run')}${invalid === 0 ? '' : `, ${invalid} invalid`}; ` +
      `n = ${plural(arrivals, 'arrival')} in the windows), ${often}. Shaded: ` +
      'the warm-up, which is thrown away; 0 is the first arrival of the window. Answers count when they came.',
    data: courseTable(label, runs),
  });
}

/** A second of each, whatever the width of the step. */
function pointsOf(course: Course, list: List): [number, number | null][] {
  const { fromSeconds, everySeconds } = course;
  const perSecond = list === 'p50Ms' || list === 'p95Ms' ? 1 : everySeconds;
  return course[list]
    .slice(0, wholeSteps(course))
    .map((value, step) => [
      Number((fromSeconds + (step + 0.5) * everySeconds).toFixed(2)),
      value === null ? null : value / perSecond,
    ]);
}

/** The load may end early in the last step, which then looks like a drop; the table has it. */
function wholeSteps({ offered }: Course): number {
  const [before = 0, last = 0] = offered.slice(-2);
  return offered.length > 1 && last < before / 2 ? offered.length - 1 : offered.length;
}

function warmUpOf(courses: readonly Course[]) {
  const starts = courses.flatMap(({ phase, fromSeconds }) =>
    phase === 'warm-up' ? [fromSeconds] : [],
  );
  return starts.length === 0 ? [] : [{ from: Math.min(...starts), to: 0, name: 'warm-up' }];
}

function courseTable(label: string, runs: readonly RecordedRun[]): Markup {
  const rows = runs.flatMap((run) =>
    (run.courses ?? []).flatMap((course) =>
      course.offered.map((offered, step) => [
        `${run.block === 0 ? '' : `block ${run.block}, `}${course.phase}`,
        `${figureText(course.fromSeconds + step * course.everySeconds)} s`,
        countText(offered),
        countText(course.acknowledged[step] ?? 0),
        countText(course.dropped[step] ?? 0),
        millisecondsCell(course.p50Ms[step]),
        millisecondsCell(course.p95Ms[step]),
      ]),
    ),
  );
  const left = rows.length - tableRowsMax;
  return dataTable({
    caption:
      `${label}: counts and latencies of each step` +
      (left > 0 ? `; the first ${tableRowsMax} of ${rows.length} steps, all are in run.json` : ''),
    columns: ['run', 'from', 'offered', 'acknowledged', 'dropped', 'p50', 'p95'],
    rows: rows.slice(0, tableRowsMax),
  });
}

function millisecondsCell(value: number | null | undefined): string {
  return value === null || value === undefined ? none : `${figureText(value)} ms`;
}
