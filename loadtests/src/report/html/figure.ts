import { html, Markup } from './markup.js';

export interface Figure {
  /** What is drawn, in a few words: the name of the figure for those who can't see it. */
  readonly name: string;
  /** One or more SVG elements from drawChart. */
  readonly charts: readonly string[];
  /** What to see in it, what was counted, how many. */
  readonly caption: string;
  /** The same numbers as a table. */
  readonly data: Markup;
}

/** The only place where drawn markup enters the page unescaped: ECharts has escaped its texts. */
export function figure({ name, charts, caption, data }: Figure): Markup {
  return html`<figure>
<div class="charts" role="img" aria-label="${name}">${charts.map((svg) => new Markup(svg))}</div>
<figcaption>${caption}</figcaption>
<details><summary>The numbers of this figure</summary>${data}</details>
</figure>`;
}
