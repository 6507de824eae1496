import { plural } from '../../number-text.js';
import type { RecordedCheck, RecordedRun, RunRecord } from '../../run-record.js';
import { dataTable } from './data-table.js';
import { html, type Markup } from './markup.js';

interface CheckOfRun extends RecordedCheck {
  readonly run: string;
}

/** Every rule of measuring that the runs were held to: what was seen, what is allowed, does it hold. */
export function validitySection({ runs }: RunRecord): Markup | null {
  const checks = runs.flatMap((run) =>
    run.checks.map((check): CheckOfRun => ({ ...check, run: nameOf(run) })),
  );
  if (checks.length === 0) return null;
  const names = [...new Set(checks.map(({ name }) => name))];
  const broken = checks.filter(({ holds }) => !holds);
  const rows = names.map((name) => checks.filter((check) => check.name === name));
  return html`<section id="validity"><h2>Was it valid?</h2>
<p>${broken.length === 0 ? 'Every check holds in every run.' : `${plural(broken.length, 'check')} broken. A run with a broken check is invalid: it is left out of every comparison and never repeated silently.`}</p>
${dataTable({
  caption: `Every check of ${plural(runs.length, 'run')}`,
  columns: ['check', 'holds', 'limit', 'seen'],
  rows: rows.map((group) => [
    group[0]?.name ?? '',
    holdsText(group),
    group[0]?.limit ?? '',
    seenMarkup(group),
  ]),
  rowClass: (row) => (rows[row]?.every(({ holds }) => holds) ? '' : 'invalid'),
})}
</section>`;
}

function nameOf({ block, label }: RecordedRun): string {
  return block === 0 ? label : `${block} ${label}`;
}

function holdsText(group: readonly CheckOfRun[]): string {
  const held = group.filter(({ holds }) => holds).length;
  const all = held === group.length;
  return `${all ? 'yes' : 'NO'}, ${held} of ${group.length}`;
}

/** Each thing that was seen once, with the runs that it was seen in; broken ones marked. */
function seenMarkup(group: readonly CheckOfRun[]): Markup {
  const seen = [...new Set(group.map((check) => check.seen))];
  return html`<ul class="seen">${seen.map((text) => {
    const runs = group.filter((check) => check.seen === text);
    const where = runs.length === group.length ? 'all runs' : runs.map(({ run }) => run).join(', ');
    const broken = runs.filter(({ holds }) => !holds).length;
    const note = html` <span class="times">${where}</span>`;
    return broken === 0
      ? html`<li>${text}${note}</li>`
      : html`<li><strong>broken:</strong> ${text}${note}</li>`;
  })}</ul>`;
}
