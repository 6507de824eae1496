import { countText, plural, rateText } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import { isValid } from '../comparison.js';
import { faultSentencesOf } from '../fault.js';
import { type Verdict, verdictOf } from '../verdict.js';
import { html, type Markup } from './markup.js';

const bad: readonly Verdict['kind'][] = ['invalid', 'ledger open', 'A/A broken', 'unfinished'];

/** The verdict in words, and what it rests on. */
export function verdictHeader(record: RunRecord): Markup {
  const { kind, sentences } = verdictOf(record);
  const [verdict = '', ...reasons] = sentences;
  const isBad = bad.includes(kind);
  return html`<header class="${isBad ? 'verdict bad' : 'verdict good'}">
<p class="eyebrow">Hotpath ${record.kind} ${record.id} · verdict: ${kind}</p>
<h1>${verdict}</h1>
${reasons.length === 0 ? null : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
</header>`;
}

/** What a reader must know before any number. */
export function overviewSection(record: RunRecord): Markup {
  return html`<dl class="overview">
<div><dt>Compared</dt><dd>${comparedText(record)}</dd></div>
<div><dt>Load</dt><dd>${loadText(record)}</dd></div>
${faultMarkup(record)}<div><dt>Valid</dt><dd>${validText(record)} <a href="#validity">Every check</a></dd></div>
<div><dt>A 2xx means</dt><dd><ul>${record.plan.entries.map(
    ({ label, promise }) => html`<li><b>${label}</b>: ${promise}</li>`,
  )}</ul></dd></div>
</dl>`;
}

/** What was broken on purpose, and what that did to each arm. */
function faultMarkup(record: RunRecord): Markup | null {
  const sentences = faultSentencesOf(record);
  if (sentences.length === 0) return null;
  return html`<div><dt>Broken on purpose</dt><dd><ul>${sentences.map(
    (sentence) => html`<li>${sentence}</li>`,
  )}</ul></dd></div>
`;
}

function comparedText({ plan, kind }: RunRecord): string {
  const labels = plan.entries.map(({ label }) => label).join(', ');
  if (kind === 'run') return `Nothing: one run of ${labels}.`;
  const floor = plan.entries.some(({ arm }) => arm === 'floor')
    ? ' The floor does the same HTTP and stores nothing: what the generator and HTTP cost here.'
    : '';
  return (
    `${labels}, in ${plural(plan.blocks, 'block')} that each run every arm once, in drawn order, ` +
    `with fresh stores and processes.${floor}`
  );
}

function loadText({ plan }: RunRecord): string {
  const rate = plan.ratePerSecond === null ? '' : `, ${rateText(plan.ratePerSecond)} offered`;
  const model =
    plan.model === 'open'
      ? 'arrivals on a schedule that waits for no answer (open model)'
      : 'users who wait for their answer before they go on (closed model)';
  return (
    `Scenario ${plan.scenario}: ${model}${rate}; ${plan.warmUpSeconds} s of warm-up thrown away, ` +
    `then a window of ${plan.measureSeconds} s measured. Seed ${plan.seed}. ${plan.rateReason}`
  ).trim();
}

function validText({ runs, durability }: RunRecord): string {
  const valid = runs.filter(isValid).length;
  const checks = runs.flatMap((run) => run.checks);
  const held = checks.filter(({ holds }) => holds).length;
  const durable = durability.holds ? '' : ' The stores do not make durable what 2xx promises.';
  return (
    `${valid} of ${plural(runs.length, 'run')}; ${countText(held)} of ${countText(checks.length)} ` +
    `checks held. An invalid run is shown, and left out of every comparison.${durable}`
  );
}
