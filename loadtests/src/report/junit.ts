import { exitCodes } from '../exit-codes.js';
import type { RecordedRun, RunRecord } from '../run-record.js';
import { exitCodeOf } from './exit-code.js';
import { html, type Markup } from './html/markup.js';
import { verdictOf } from './verdict.js';

/** Control characters that XML can't hold, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

interface TestCase {
  readonly name: string;
  readonly holds: boolean;
  readonly text: string;
}

/** Each check of each run as a test case of JUnit's format, and verdict and ledgers: what CI shows. */
export function renderJunit(record: RunRecord): string {
  const { kind, sentences } = verdictOf(record);
  const holds = exitCodeOf({ kind, sentences }, record) === exitCodes.ok;
  const suites = [
    { name: 'verdict', cases: [{ name: kind, holds, text: sentences.join(' ') }] },
    ...record.runs.map((run) => ({ name: nameOf(run), cases: casesOf(run) })),
  ];
  const all = suites.flatMap(({ cases }) => cases);
  const xml = html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hotpath ${record.kind} ${record.id}" tests="${all.length}" failures="${brokenIn(all)}">
${suites.map(({ name, cases }) => suite(name, cases))}</testsuites>
`;
  return xml.text.replace(forbidden, '');
}

function nameOf({ block, label }: RecordedRun): string {
  return block === 0 ? label : `block ${block} ${label}`;
}

/** An arm that promises no exactness can't fail at it: its gap is a result and stands in the text. */
function casesOf({ checks, ledger }: RecordedRun): TestCase[] {
  const { acknowledged, stored, lost, surplus, unknown } = ledger;
  const account =
    `${acknowledged} acknowledged, ${stored ?? 'not read'} stored, ${lost} lost, ` +
    `${surplus} too many, ${unknown} unknown`;
  return [
    ...checks.map(({ name, holds, seen, limit }) => ({
      ...{ name, holds, text: `seen: ${seen}; limit: ${limit}` },
    })),
    { name: 'ledger balanced', holds: ledger.balanced, text: account },
  ];
}

function suite(name: string, cases: readonly TestCase[]): Markup {
  return html`<testsuite name="${name}" tests="${cases.length}" failures="${brokenIn(cases)}">
${cases.map(
  (each) => html`<testcase classname="${name}" name="${each.name}">${
    each.holds
      ? html`<system-out>${each.text}</system-out>`
      : html`<failure message="${each.text}"></failure>`
  }</testcase>
`,
)}</testsuite>
`;
}

function brokenIn(cases: readonly TestCase[]): number {
  return cases.filter(({ holds }) => !holds).length;
}
