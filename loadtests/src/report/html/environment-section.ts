import { mebibytesText, plural } from '../../number-text.js';
import type { RunRecord } from '../../run-record.js';
import { dataTable } from './data-table.js';
import { html, type Markup } from './markup.js';
import { reproduceCommand } from './reproduce.js';

/** Where, when and with what it was measured. */
export function environmentSection(record: RunRecord): Markup {
  const { host, plan, program, versions, durability, startedAt, endedAt, id } = record;
  const commit = program.commit ?? 'not known';
  const rows: [string, string][] = [
    ['record', id],
    ['measured', `${startedAt} to ${endedAt ?? '(not ended)'}`],
    ['processor', `${plural(host.cores, 'core')}, ${host.cpuModel}`],
    ['memory', mebibytesText(host.memoryBytes)],
    ['kernel', host.kernel],
    ['rig', plan.rig],
    ['commit', program.dirty ? `${commit}, with changes that are in no commit` : commit],
    ...Object.entries(versions).map(([name, version]): [string, string] => [name, version]),
    ...Object.entries(durability.settings).map(([name, value]): [string, string] => [
      `asked of the servers: ${name}`,
      value,
    ]),
  ];
  return html`<section id="environment"><h2>Where it was measured</h2>
${dataTable({ caption: 'Host, programs and settings', columns: ['what', 'value'], rows })}
</section>`;
}

/** How to get the same again, and what stays the same. */
export function reproduceSection(record: RunRecord): Markup {
  const { plan, program } = record;
  const orders = plan.orders.map((order, i) => `${i + 1}: ${order.join(', ')}`);
  return html`<section id="reproduce"><h2>How to reproduce it</h2>
${program.commit === null ? null : html`<pre><code>git checkout ${program.commit}</code></pre>`}
<pre><code>${reproduceCommand(record)}</code></pre>
<p>The seed fixes the order of the arms and every event that is sent, not how long anything takes.${
    record.kind === 'study' ? ` Order by block: ${orders.join('; ')}.` : ''
  }</p>
</section>`;
}
