import type { RunRecord } from '../../run-record.js';
import { ladderSentences } from '../ladder.js';
import { html, type Markup } from './markup.js';

/** Which change buys what, from one arm of the ladder to the next; null without a ladder. */
export function ladderSection(record: RunRecord): Markup | null {
  const sentences = ladderSentences(record);
  if (sentences.length === 0) return null;
  return html`<section id="ladder"><h2>Which change buys what</h2>
<p>Each arm against the one before it, block by block.</p>
<ol>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ol>
</section>`;
}
