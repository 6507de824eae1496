import { html, type Markup } from './markup.js';

const terms: readonly (readonly [string, string])[] = [
  [
    'block',
    'Every arm once, in drawn order. Ratios are taken within a block and compared over blocks.',
  ],
  ['window', 'The stretch of a run that is measured, after the warm-up.'],
  ['p95', '95 of 100 are at most this long.'],
  [
    'p95 of answered',
    'Of the acknowledged requests alone. It flatters an arm that drops or fails the rest.',
  ],
  [
    'p95 of intended',
    'Of all arrivals that the schedule had: what was dropped, refused or failed counts as slower than ' +
      'every answer. Over 5 % of those leave no number but "> timeout".',
  ],
  ['dropped', 'Arrivals that the generator could not start, because all its users still waited.'],
  ['floor', 'The same HTTP, validation and fingerprint, nothing stored. No arm can be faster.'],
  [
    '95 % interval',
    'Were the study repeated many times, 95 of 100 such intervals would hold the true ratio.',
  ],
  ['ledger', 'Acknowledged ≤ stored ≤ acknowledged + unknown, for every fingerprint.'],
];

export function termsSection(): Markup {
  return html`<section id="terms"><h2>Terms</h2>
<dl class="terms">${terms.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>
</section>`;
}
