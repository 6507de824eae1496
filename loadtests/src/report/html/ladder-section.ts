import type { RunRecord } from '../../run-record.js';
import { ladderSentences, ladderSteps } from '../ladder.js';
import { html, type Markup } from './markup.js';
import { ratioFigure } from './ratio-figure.js';

/** Which change buys what, from one arm of the ladder to the next; null without a ladder. */
export function ladderSection(record: RunRecord): Markup | null {
  const sentences = ladderSentences(record);
  if (sentences.length === 0) return null;
  const drawn = ratioFigure(record, {
    comparisons: ladderSteps(record),
    nameOf: ({ reference, subject }) => `${reference} → ${subject}`,
    name: 'What each step of the ladder buys, block by block, with 95 % intervals',
    title: 'What each step buys',
    caption: 'How many times better an arm is than the one before it; left of 1 the step costs.',
  });
  return html`<section id="ladder"><h2>Which change buys what</h2>
<p>Each arm against the one before it, block by block.</p>
${drawn ?? ''}
<ol>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ol>
</section>`;
}
