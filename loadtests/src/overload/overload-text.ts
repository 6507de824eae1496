/** What the flood showed, in a table and in promises kept or broken. Pure. */
import {
  countText,
  mebibytesText,
  millisecondsText,
  none,
  rateText,
  shareText,
  timesText,
} from '../number-text.js';
import type { Overload, OverloadPhase } from './overload.js';

/** What the arm promises under a flood. */
export const promised = {
  timesOfferedMin: 10,
  goodputShareMin: 0.9,
  p99TimesMax: 5,
  /** What refusing may take beyond what the arm has at its capacity. */
  rssGrowthBytesMax: 256 * 1_048_576,
} as const;

export interface KeptPromise {
  readonly kept: boolean;
  readonly says: string;
}

const named = (overload: Overload, name: OverloadPhase['name']): OverloadPhase =>
  overload.phases.find((phase) => phase.name === name) as OverloadPhase;

/** Null when the flood was too small to say anything. */
export function promisesOf(overload: Overload): readonly KeptPromise[] | null {
  const [normal, capacity, flood, after] = (['normal', 'capacity', 'flood', 'after'] as const).map(
    (name) => named(overload, name),
  ) as [OverloadPhase, OverloadPhase, OverloadPhase, OverloadPhase];
  if (flood.offeredPerSecond < promised.timesOfferedMin * capacity.acceptedPerSecond) return null;
  const goodput = flood.acceptedPerSecond / capacity.acceptedPerSecond;
  const normalP99 = normal.probed.p99Ms ?? Number.NaN;
  const slower = (flood.probed.p99Ms ?? Number.POSITIVE_INFINITY) / normalP99;
  const grown = flood.rssBytesMax - capacity.rssBytesMax;
  const { acknowledged, unknown, stored } = overload.ledger;
  const failed = flood.probed.failed + flood.load.socketErrors;
  const afterP99 = (after.probed.p99Ms ?? Number.POSITIVE_INFINITY) / normalP99;
  return [
    {
      kept: goodput >= promised.goodputShareMin,
      says: `goodput ${shareText(goodput)} of capacity (at least ${shareText(promised.goodputShareMin)})`,
    },
    {
      kept: slower <= promised.p99TimesMax,
      says: `p99 of the accepted ${timesText(slower)} normal (at most ${promised.p99TimesMax} ×), of ${countText(flood.probed.accepted)}`,
    },
    {
      kept: grown <= promised.rssGrowthBytesMax,
      says: `memory of the API ${mebibytesText(flood.rssBytesMax)}, ${mebibytesText(Math.max(0, grown))} more than at capacity (at most ${mebibytesText(promised.rssGrowthBytesMax)})`,
    },
    {
      kept: acknowledged <= stored && stored <= acknowledged + unknown,
      says: `${countText(acknowledged)} acknowledged, ${countText(stored)} stored, ${countText(unknown)} unknown`,
    },
    { kept: failed === 0, says: `${countText(failed)} neither accepted nor refused` },
    {
      kept: after.probed.shed === 0 && afterP99 <= promised.p99TimesMax,
      says: `at once after it: ${countText(after.probed.shed)} refused, p99 ${timesText(afterP99)} normal`,
    },
  ];
}

export function renderOverload(overload: Overload): string {
  const head = ['', 'offered', 'accepted', 'p50', 'p99', 'slowest refusal', 'memory'];
  const ms = (value: number | null) => (value === null ? none : millisecondsText(value));
  const rows = overload.phases.map((phase) => [
    phase.name,
    rateText(phase.offeredPerSecond),
    rateText(phase.acceptedPerSecond),
    ms(phase.probed.p50Ms),
    ms(phase.probed.p99Ms),
    phase.probed.shed ? ms(phase.probed.shedMsMax) : none,
    mebibytesText(phase.rssBytesMax),
  ]);
  const promises = promisesOf(overload);
  const { flood, capacity } = {
    flood: named(overload, 'flood'),
    capacity: named(overload, 'capacity'),
  };
  const times = timesText(flood.offeredPerSecond / capacity.acceptedPerSecond);
  const closing = promises
    ? promises.map(({ kept, says }) => `${kept ? 'kept  ' : 'BROKEN'} ${says}`)
    : [`void: a flood must be ${promised.timesOfferedMin} × capacity`];
  return [
    columns([head, ...rows]),
    '',
    `The flood was ${times} capacity; its clients ignore Retry-After.`,
    ...closing,
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
