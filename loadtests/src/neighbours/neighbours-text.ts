/** What became of the three projects, in a table and in promises kept or broken. Pure. */
import { countText, millisecondsText, none, rateText, timesText } from '../number-text.js';
import { type Neighbours, type ProjectLoad, type ProjectName, projectNames } from './neighbours.js';

export interface KeptPromise {
  readonly kept: boolean;
  readonly says: string;
}

/** Beyond rate × time + burst: the buckets are by Redis' clock, the load by k6's. */
const slackShare = 0.05;

const quiet = projectNames.slice(1);
const refusedOf = (load: ProjectLoad | undefined): number => {
  if (!load) return Number.NaN;
  const { rejected, shed, failed, unanswered } = load.outcomes;
  return rejected + shed + failed + unanswered;
};

/** Null when the flood was no flood: less than half of it was refused. */
export function promisesOf(result: Neighbours): readonly KeptPromise[] | null {
  const { alone, flooded, limited, options } = result;
  const flood = flooded.flooder;
  const { ratePerSecond, seconds } = options;
  if (!flood || flood.outcomes.shed < flood.outcomes.counted) return null;
  const mayCount = ratePerSecond * (seconds + 1) * (1 + slackShare);
  const refused = quiet.map((name) => refusedOf(alone[name]) + refusedOf(flooded[name]));
  return [
    ...quiet.map((name, i) => ({
      kept: refused[i] === 0,
      says: `${name}: ${countText(refused[i] ?? 0)} of its events refused or failed`,
    })),
    {
      kept: flood.outcomes.counted <= mayCount,
      says: `flooder: ${countText(flood.outcomes.counted)} taken (at most ${countText(Math.floor(mayCount))} by its rate)`,
    },
    {
      kept: flood.outcomes.shed === limited.flooder,
      says: `flooder: ${countText(flood.outcomes.shed)} refused, ${countText(limited.flooder)} of them with 429`,
    },
    ...projectNames.map((name) => storedOf(result, name)),
    {
      kept: limited.left + limited.right === 0,
      says: `the others: ${countText(limited.left + limited.right)} answers of 429`,
    },
  ];
}

function storedOf({ warmUp, alone, flooded, stored }: Neighbours, name: ProjectName): KeptPromise {
  const outcomes = [warmUp, alone, flooded].flatMap((loads) => loads[name]?.outcomes ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const counted = sum(outcomes.map((each) => each.counted));
  const unknown = sum(outcomes.map((each) => each.failed + each.unanswered));
  const found = stored.get(name) ?? 0;
  return {
    kept: counted <= found && found <= counted + unknown,
    says: `${name}: ${countText(counted)} acknowledged, ${countText(found)} stored`,
  };
}

export function renderNeighbours(result: Neighbours): string {
  const { options, alone, flooded } = result;
  const { arm, ratePerSecond, floodTimes, seconds } = options;
  const row = (name: ProjectName) => {
    const [before, now] = [alone[name], flooded[name]];
    const counted = now ? now.outcomes.counted / seconds : Number.NaN;
    const refused = refusedOf(now) / seconds;
    const ms = (value: number | null | undefined) =>
      value === null || value === undefined ? none : millisecondsText(value);
    const times = before?.p95Ms && now?.p95Ms ? timesText(now.p95Ms / before.p95Ms) : none;
    return [name, rateText(counted), rateText(refused), ms(before?.p95Ms), ms(now?.p95Ms), times];
  };
  const head = ['', 'counted', 'refused', 'p95 alone', 'p95 beside the flood', 'times'];
  const rows = [head, ...projectNames.map(row)];
  const widths = head.map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  const promises = promisesOf(result);
  return [
    `${arm}: three projects that may send ${rateText(ratePerSecond)} each; flooder sends ${floodTimes} × that, the others 0.8 ×`,
    '',
    ...rows.map((cells) =>
      cells
        .map((cell, i) => (i ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  '),
    ),
    '',
    ...(promises?.map(({ kept, says }) => `${kept ? 'kept  ' : 'BROKEN'} ${says}`) ?? [
      'void: the flood was within its rate',
    ]),
  ].join('\n');
}
