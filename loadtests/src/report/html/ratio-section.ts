import type { RunRecord } from '../../run-record.js';
import { comparisonsOf } from '../comparison.js';
import { mainResolution } from '../resolution.js';
import { html, type Markup } from './markup.js';
import { ratioFigure } from './ratio-figure.js';

/** Who won, by how much, how sure; null where nothing can be compared. */
export function ratioSection(record: RunRecord): Markup | null {
  const comparisons = comparisonsOf(record);
  const [reference] = comparisons.map((comparison) => comparison.reference);
  const drawn = ratioFigure(record, {
    comparisons,
    nameOf: ({ subject }) => subject,
    name: `Ratios to ${reference}, block by block, with 95 % intervals`,
    title: `Ratios to ${reference}`,
    caption: `How many times better than ${reference}; right of 1 ${reference} is worse.`,
  });
  if (drawn === null) return null;
  return html`<section id="ratios"><h2>By how much, and how sure</h2>
${drawn}
${mainResolution(record).map((sentence) => html`<p>${sentence}</p>`)}
</section>`;
}
