/** A search for capacity as one page, from its record alone. */
import type { CapacityArm, CapacityRecord, CapacityStep } from '../../capacity/capacity-record.js';
import {
  countText,
  figureText,
  mebibytesText,
  millisecondsText,
  none,
  percentText,
  plural,
  rateText,
  shareText,
} from '../../number-text.js';
import { type ArmColour, latencyByRateChart, sweepChart } from './capacity-chart.js';
import { dataTable, datum } from './data-table.js';
import { htmlDocument, type Section } from './document.js';
import { entryColours } from './entry-colours.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';

/** The same record gives the same bytes. */
export function renderCapacityHtml(record: CapacityRecord): string {
  const colours = entryColours(record.arms.map(({ arm }) => ({ label: arm, arm })));
  const searched = record.arms
    .filter(({ steps }) => steps.length > 0)
    .map((arm) => ({ arm, colour: colours.get(arm.arm) ?? '#808080' }));
  const swept = searched.filter(({ arm }) => arm.sweep !== null);
  const sections: Section[] = [
    { id: 'held', name: 'What each carries', content: heldSection(record) },
    ...(searched.length === 0
      ? []
      : [{ id: 'steps', name: 'Every step', content: stepsSection(record, searched) }]),
    ...(swept.length === 0
      ? []
      : [{ id: 'users', name: 'By users', content: sweepSection(swept) }]),
    { id: 'environment', name: 'Environment', content: environmentSection(record) },
  ];
  return htmlDocument({
    title: `Capacity · Hotpath ${record.id}`,
    header: header(record),
    overview: overview(record),
    sections,
    footer: `Made from the record ${record.id} alone by ./hotpath report. Charts by Apache ECharts.`,
  });
}

function header({ id, arms, state, problem, durability }: CapacityRecord): Markup {
  const open = arms.some(
    ({ exact, ledger, sweep }) =>
      exact && [ledger, sweep?.ledger].some((sums) => sums && sums.lost + sums.surplus > 0),
  );
  const held = arms.filter(({ heldPerSecond }) => heldPerSecond !== null);
  const bad = open || state !== 'complete' || !durability.holds || held.length === 0;
  const said = held.map((arm) => `${arm.arm} ${heldText(arm)}`).join(', ');
  const reasons = [
    ...(state === 'complete' ? [] : [`Unfinished (${state}). ${problem}`.trim()]),
    ...(open ? ['An arm that promises it did not store exactly what it acknowledged.'] : []),
    ...(durability.holds ? [] : ['The stores do not make durable what 2xx promises.']),
  ];
  return html`<header class="${bad ? 'verdict bad' : 'verdict good'}">
<p class="eyebrow">Hotpath capacity ${id} · ${state}</p>
<h1>${said === '' ? 'No rate held the service level.' : `Within the service level: ${said}.`}</h1>
${reasons.length === 0 ? null : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
</header>`;
}

function overview({ plan, arms }: CapacityRecord): Markup {
  const { p99MsMax, missedShareMax } = plan.serviceLevel;
  return html`<dl class="overview">
<div><dt>Asked</dt><dd>The highest arrival rate at which p99 of all intended arrivals is at most ${millisecondsText(p99MsMax)} and
at most ${percentText(missedShareMax)} of them are dropped or failed.</dd></div>
<div><dt>Load</dt><dd>Arrivals on a schedule that waits for no answer (open model), ${plan.warmUpSeconds} s of warm-up, then steps of
${plan.stepSeconds} s from ${rateText(plan.firstPerSecond)} on, found to ${percentText(plan.resolutionShare)}. Seed ${plan.seed}.</dd></div>
<div><dt>A 2xx means</dt><dd><ul>${arms.map(({ arm, promise }) => html`<li><b>${arm}</b>: ${promise}</li>`)}</ul></dd></div>
</dl>`;
}

/** 'at least' where what was seen is the generator's limit and not the arm's. */
function heldText({ arm, limitedBy, heldPerSecond }: CapacityArm): string {
  if (heldPerSecond === null) return none;
  return `${limitedBy === 'generator' && arm !== 'floor' ? '≥ ' : ''}${rateText(heldPerSecond)}`;
}

function heldSection({ arms }: CapacityRecord): Markup {
  const ledgerOf = ({ ledger, storesEvents }: CapacityArm) => {
    if (!storesEvents) return 'stores nothing';
    if (ledger === null) return none;
    const { lost, surplus } = ledger;
    if (lost + surplus === 0) return 'closed';
    return `lost ${countText(lost)}, ${countText(surplus)} too many`;
  };
  return html`<section id="held"><h2>What each arm carries</h2>
${dataTable({
  caption:
    'Highest rate within the service level; the knee is the step with the most throughput for its latency',
  columns: ['arm', 'holds', 'knee', 'breaks at', 'limited by', 'ledger', 'n'],
  rows: arms.map((arm) => [
    arm.arm,
    heldText(arm),
    datum(arm.kneePerSecond, rateText),
    datum(arm.brokenPerSecond, rateText),
    arm.limitedBy,
    ledgerOf(arm),
    plural(arm.steps.length, 'step'),
  ]),
})}
${arms.map(({ arm, notes }) => (notes.length === 0 ? null : html`<h3>${arm}</h3><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`))}
</section>`;
}

function stepsSection({ plan }: CapacityRecord, arms: readonly ArmColour[]): Markup {
  const { p99MsMax } = plan.serviceLevel;
  const n = arms.map(({ arm }) => `${arm.arm} n = ${plural(arm.steps.length, 'step')}`).join(', ');
  return html`<section id="steps"><h2>Latency by offered rate</h2>
${figure({
  name: 'p99 of the answered by offered rate, of each arm',
  charts: [latencyByRateChart(arms, p99MsMax)],
  caption:
    `A point is one step of ${plan.stepSeconds} s (${n}); hollow where the service level broke, which a step also does ` +
    'by what it dropped or failed. Both scales are logarithmic.',
  data: html`${arms.map(({ arm }) => stepsTable(arm))}`,
})}
</section>`;
}

function stepsTable({ arm, steps }: CapacityArm): Markup {
  const ordered = steps.toSorted((a, b) => a.offeredPerSecond - b.offeredPerSecond);
  const names = [...new Set(steps.flatMap(({ cores }) => Object.keys(cores)))];
  const ms = (step: CapacityStep, of: 'p50' | 'p95' | 'p99') =>
    datum(step.answeredMs?.[of] ?? null, millisecondsText);
  return dataTable({
    caption: `${arm}: every step; processes in cores, in flight after Little`,
    columns: [
      ...['offered', 'achieved', 'p50', 'p95', 'p99', 'p99 intended', 'missed', 'in flight'],
      ...[...names, 'idle', 'holds'],
    ],
    rows: ordered.map((step) => [
      rateText(step.offeredPerSecond),
      datum(step.achievedPerSecond, rateText),
      ...(['p50', 'p95', 'p99'] as const).map((of) => ms(step, of)),
      datum(step.intendedP99Ms, millisecondsText),
      datum(step.missedShare, shareText),
      datum(step.inFlight, figureText),
      ...names.map((name) => datum(step.cores[name] ?? null, (cores) => cores.toFixed(2))),
      datum(step.idleShare, shareText),
      step.holds ? 'yes' : `no: ${step.reason}`,
    ]),
    rowClass: (row) => (ordered[row]?.holds ? '' : 'invalid'),
  });
}

function sweepSection(arms: readonly ArmColour[]): Markup {
  return html`<section id="users"><h2>Throughput by users who never pause</h2>
${arms.map((each) => {
  const { arm } = each;
  if (arm.sweep === null) return null;
  const { points } = arm.sweep;
  return figure({
    name: `${arm.arm}: throughput by users, with the fitted curve`,
    charts: [sweepChart(each, arm.sweep)],
    caption: `${arm.arm}, n = ${plural(points.length, 'point')}. ${fitText(arm)} Users on a logarithmic scale.`,
    data: sweepTable(arm.arm, arm.sweep),
  });
})}
</section>`;
}

function fitText({ sweep }: CapacityArm): string {
  if (!sweep?.fit) return 'No curve: too few points with an answer.';
  const { lambda, sigma, kappa, r2, rmsePerSecond, peak, used, refusals } = sweep.fit;
  const value = (at: typeof lambda) =>
    `${at.value.toPrecision(3)}${at.standardError === null ? '' : ` ± ${at.standardError.toPrecision(2)}`}`;
  const fitted =
    `Universal Scalability Law: λ ${value(lambda)} events/s, σ ${value(sigma)}, κ ${value(kappa)} (± standard error); ` +
    `R² ${r2.toFixed(3)}, RMSE ${figureText(rmsePerSecond)} events/s.`;
  if (!used) return `${fitted} Shown, and nothing is concluded from it: ${refusals.join('; ')}.`;
  if (peak === null) return `${fitted} It is not drawn beyond what was measured.`;
  const { throughputPerSecond, concurrency } = peak;
  return `${fitted} Highest at ${figureText(concurrency)} users: ${countText(throughputPerSecond)} events/s.`;
}

function sweepTable(arm: string, { points, fit }: NonNullable<CapacityArm['sweep']>): Markup {
  return dataTable({
    caption: `${arm}: throughput by users, measured and fitted`,
    columns: ['users', 'measured', 'fitted', 'off', 'response', 'not 2xx', 'generator, cores'],
    rows: points.map((point) => {
      const fitted = fit?.points.find(({ concurrency }) => concurrency === point.concurrency);
      return [
        countText(point.concurrency),
        datum(point.throughputPerSecond, rateText),
        datum(fitted?.fittedPerSecond ?? null, rateText),
        datum(fitted?.residualShare ?? null, (share) => `${(share * 100).toFixed(1)} %`),
        datum(point.responseMs, millisecondsText),
        countText(point.refused + point.socketErrors),
        datum(point.generatorCores, (cores) => cores.toFixed(2)),
      ];
    }),
  });
}

function environmentSection({
  host,
  program,
  versions,
  durability,
  plan,
  ...record
}: CapacityRecord) {
  const rows: [string, string][] = [
    ['record', record.id],
    ['measured', `${record.startedAt} to ${record.endedAt ?? '(not ended)'}`],
    ['processor', `${plural(host.cores, 'core')}, ${host.cpuModel}`],
    ['memory', mebibytesText(host.memoryBytes)],
    ['kernel', host.kernel],
    ['rig', plan.rig],
    ['commit', `${program.commit ?? 'not known'}${program.dirty ? ', with changes' : ''}`],
    ['again', `./hotpath capacity --arms ${plan.arms.join(',')} --seed ${plan.seed}`],
    ...Object.entries(versions),
    ...Object.entries(durability.settings),
  ];
  return html`<section id="environment"><h2>Where it was measured</h2>
${dataTable({ caption: 'Host, programs and settings', columns: ['what', 'value'], rows })}
</section>`;
}
