/** The README's pictures: what the dashboard 'where does the time go?' shows of one run of each arm. */
import { join } from 'node:path';
import { phaseColours } from '@hotpath/contract/arm-colours';
import type { RunRecord } from '../run-record.js';
import { readSeries } from '../series/series-file.js';
import { isValid } from './comparison.js';
import { timeChart } from './html/time-chart.js';
import { panelChart } from './panel-chart.js';

const arms = ['naive', 'async'] as const;
/** Both fit beside each other in a README. */
const size = { width: 560, height: 240 };

export interface Picture {
  readonly fileName: string;
  readonly svg: string;
}

/**
 * Of each arm's first valid run, from its series beside the record.
 * @throws {Error} when the record has no such run, or the run has kept no series
 */
export function drawPictures(directory: string, record: RunRecord): Promise<Picture[]> {
  return Promise.all(arms.map((arm) => drawPhases(directory, record, arm)));
}

async function drawPhases(
  directory: string,
  record: RunRecord,
  arm: (typeof arms)[number],
): Promise<Picture> {
  const run = record.runs.find((each) => each.arm === arm && isValid(each));
  if (run === undefined) throw new Error(`${record.id} has no valid run of ${arm}`);
  const series = await readSeries(join(directory, run.directory));
  if (series === null) throw new Error(`${run.directory} of ${record.id} has kept no series`);
  const chart = panelChart(series, {
    dashboard: 'hotpath-time',
    title: `${arm}: how many requests are in which phase at a moment?`,
    unit: 'requests at a moment',
    shape: 'stacked',
    colours: phaseColours,
  });
  const title = `${arm}: requests by phase`;
  return { fileName: `${arm}-phases.svg`, svg: timeChart({ ...chart, title, ...size }) };
}
