import { countText, plural, shareText } from '../../number-text.js';
import type { RecordedLedger, RunRecord } from '../../run-record.js';
import { validRuns } from '../comparison.js';
import { categories } from './bars.js';
import { chartTitle, drawChart } from './chart.js';
import { dataTable, datum } from './data-table.js';
import { entryColours } from './entry-colours.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { linearScale } from './scale.js';
import { themed } from './theme.js';

interface Account {
  readonly label: string;
  readonly colour: string;
  readonly runs: number;
  readonly exact: boolean;
  readonly sums: Pick<
    RecordedLedger,
    'acknowledged' | 'refused' | 'unknown' | 'lost' | 'surplus' | 'issuesOpen'
  > & { readonly stored: number };
}

/** Acknowledged against stored of every arm that stores; null where no store was read. */
export function ledgerSection(record: RunRecord): Markup | null {
  const accounts = accountsOf(record);
  if (accounts.length === 0) return null;
  const runs = accounts.map((each) => `${each.label} n = ${plural(each.runs, 'run')}`).join(', ');
  return html`<section id="ledger"><h2>Was everything stored that was acknowledged?</h2>
${figure({
  name: 'Acknowledged events, stored and lost, of each arm',
  charts: [ledgerChart(accounts)],
  caption:
    'Events of the valid runs, warm-up included, counted by the generator and held against the ' +
    `database after it drained, fingerprint by fingerprint (${runs}). Filled: acknowledged and stored. ` +
    'Outlined: acknowledged and lost. Hatched: stored more often than sent.',
  data: dataTable({
    caption: 'The ledger: sums over the valid runs, events',
    columns: [
      ...['', 'n', 'acknowledged', 'stored', 'lost', 'lost of acknowledged', 'stored too often'],
      ...['refused', 'outcome unknown', 'issues open', 'must be exact'],
    ],
    rows: accounts.map(({ label, runs: n, exact, sums }) => [
      label,
      plural(n, 'run'),
      ...[sums.acknowledged, sums.stored, sums.lost].map((count) => datum(count, countText)),
      datum(sums.lost / Math.max(1, sums.acknowledged), shareText),
      ...[sums.surplus, sums.refused, sums.unknown, sums.issuesOpen].map((count) =>
        datum(count, countText),
      ),
      exact ? 'yes' : 'no',
    ]),
  }),
})}
</section>`;
}

function accountsOf(record: RunRecord): Account[] {
  const colours = entryColours(record.plan.entries);
  return record.plan.entries.flatMap(({ label, exact }) => {
    const valid = record.kind === 'run' ? record.runs : validRuns(record, label);
    const ledgers = valid.map(({ ledger }) => ledger).filter(({ stored }) => stored !== null);
    if (ledgers.length === 0) return [];
    const sum = (of: (ledger: RecordedLedger) => number) =>
      ledgers.reduce((total, ledger) => total + of(ledger), 0);
    const sums = {
      acknowledged: sum((ledger) => ledger.acknowledged),
      stored: sum((ledger) => ledger.stored ?? 0),
      lost: sum((ledger) => ledger.lost),
      surplus: sum((ledger) => ledger.surplus),
      refused: sum((ledger) => ledger.refused),
      unknown: sum((ledger) => ledger.unknown),
      issuesOpen: sum((ledger) => ledger.issuesOpen),
    };
    const colour = colours.get(label) ?? '#808080';
    return [{ label, colour, exact, runs: ledgers.length, sums }];
  });
}

function ledgerChart(accounts: readonly Account[]): string {
  const parts = [
    ['stored', (account: Account) => account.sums.acknowledged - account.sums.lost],
    ['lost', (account: Account) => account.sums.lost],
    ['too often', (account: Account) => account.sums.surplus],
  ] as const;
  const option = {
    title: chartTitle('Acknowledged events'),
    // At the end of each bar its parts in words: inside of them there may be no room.
    grid: { left: 8, right: 170, top: 34, bottom: 8, outerBoundsMode: 'same' },
    xAxis: linearScale(countText).axis,
    yAxis: categories(accounts.map(({ label }) => label)),
    series: parts.map(([name, of]) => ({
      ...{ type: 'bar', stack: 'all', silent: true, barWidth: 26, name },
      data: accounts.map((account) => ({
        value: of(account),
        itemStyle: styleOf(name, account.colour),
      })),
      label: {
        ...{ show: name === 'too often', position: 'right', color: themed('ink'), fontSize: 12 },
        formatter: ({ dataIndex }: { dataIndex: number }) =>
          parts
            .map(([part, count]) => [count(accounts[dataIndex] as Account), part] as const)
            .filter(([count, part]) => count > 0 || part === 'stored')
            .map(([count, part]) => `${countText(count)} ${part}`)
            .join(', '),
      },
    })),
  };
  return drawChart(option, { height: 74 + 44 * accounts.length });
}

function styleOf(name: 'stored' | 'lost' | 'too often', color: string): Record<string, unknown> {
  if (name === 'stored') return { color };
  const outlined = { color: themed('paper'), borderColor: color, borderWidth: 1.5 };
  return name === 'lost'
    ? { ...outlined, borderType: 'dashed' }
    : { ...outlined, decal: { symbol: 'rect', color, dashArrayX: [1, 0], dashArrayY: [2, 4] } };
}
