import type { RunRecord } from '../../run-record.js';
import { verdictOf } from '../verdict.js';
import { costSection } from './cost-section.js';
import { courseSection } from './course-section.js';
import { environmentSection, reproduceSection } from './environment-section.js';
import { figuresSection } from './figures-section.js';
import { ladderSection } from './ladder-section.js';
import { latencySection } from './latency-section.js';
import { ledgerSection } from './ledger-section.js';
import { html, Markup } from './markup.js';
import { memorySection } from './memory-section.js';
import { overviewSection, verdictHeader } from './overview-section.js';
import { phasesSection } from './phases-section.js';
import { ratioSection } from './ratio-section.js';
import { pageStyle } from './style.js';
import { termsSection } from './terms-section.js';
import { validitySection } from './validity-section.js';

/** Nothing may be loaded and no script may run: all is in the file. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** In the order of the questions that a reader has; a section without data in the record is left out. */
const sections: readonly [
  id: string,
  name: string,
  section: (record: RunRecord) => Markup | null,
][] = [
  ['ratios', 'By how much', ratioSection],
  ['ladder', 'Ladder', ladderSection],
  ['figures', 'Figures', figuresSection],
  ['latency', 'Latency', latencySection],
  ['time', 'Over time', courseSection],
  ['ledger', 'Ledger', ledgerSection],
  ['phases', 'Why', phasesSection],
  ['cost', 'Cost', costSection],
  ['memory', 'Memory', memorySection],
  ['validity', 'Validity', validitySection],
  ['environment', 'Environment', environmentSection],
  ['reproduce', 'Reproduce', reproduceSection],
  ['terms', 'Terms', termsSection],
];

/** The report as one file, from the record alone: the same record gives the same bytes. */
export function renderHtml(record: RunRecord): string {
  const shown = sections.flatMap(([id, name, section]) => {
    const content = section(record);
    return content === null ? [] : [{ id, name, content }];
  });
  const [verdict = ''] = verdictOf(record).sentences;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${record.plan.scenario}: ${verdict.split(':')[0]} · Hotpath ${record.id}`}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#report">To the report</a>
${verdictHeader(record)}
<nav aria-label="Sections"><ul>${shown.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="report">
${overviewSection(record)}
${shown.map(
  ({ content }) => html`${content}
`,
)}</main>
<footer>Made from the run record ${record.id} alone by ./hotpath report. Charts by Apache ECharts.</footer>
</body>
</html>
`;
  return page.text;
}
