import type { RunRecord } from '../../run-record.js';
import { verdictOf } from '../verdict.js';
import { costSection } from './cost-section.js';
import { courseSection } from './course-section.js';
import { htmlDocument } from './document.js';
import { environmentSection, reproduceSection } from './environment-section.js';
import { figuresSection } from './figures-section.js';
import { ladderSection } from './ladder-section.js';
import { latencySection } from './latency-section.js';
import { ledgerSection } from './ledger-section.js';
import type { Markup } from './markup.js';
import { memorySection } from './memory-section.js';
import { overviewSection, verdictHeader } from './overview-section.js';
import { phasesSection } from './phases-section.js';
import { ratioSection } from './ratio-section.js';
import { termsSection } from './terms-section.js';
import { validitySection } from './validity-section.js';

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
  return htmlDocument({
    title: `${record.plan.scenario}: ${verdict.split(':')[0]} · Hotpath ${record.id}`,
    header: verdictHeader(record),
    overview: overviewSection(record),
    sections: shown,
    footer: `Made from the run record ${record.id} alone by ./hotpath report. Charts by Apache ECharts.`,
  });
}
