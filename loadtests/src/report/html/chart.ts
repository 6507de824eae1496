import { createHash } from 'node:crypto';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { themed, themeStyle } from './theme.js';

use([BarChart, CustomChart, LineChart, ScatterChart, SVGRenderer]);
use([GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TitleComponent]);

/** Fits half of a wide page and the whole of a narrow one, so that letters are as large in both. */
export const chartWidth = 460;
/** Without quotes: the library puts it into an attribute as it is, and one in it ends a picture's XML. */
export const chartFont = 'system-ui, -apple-system, Segoe UI, DejaVu Sans, sans-serif';

export interface ChartSize {
  readonly width?: number;
  readonly height: number;
}

/**
 * A chart as the text of one SVG element, drawn here: the page needs no script for it, and it prints.
 * Its colours of paper and ink are those of the page that it stands in.
 */
export function drawChart(
  option: EChartsCoreOption,
  { width = chartWidth, height }: ChartSize,
): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: chartFont, color: themed('ink') },
      ...option,
    });
    return withoutHover(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** What only a page with the library's script would use; and ids that two charts don't share. */
function withoutHover(svg: string): string {
  const plain = svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (class|ecmeta_\w+|pointer-events|xmlns:xlink|version|baseProfile)="[^"]*"/g, '');
  // zrender numbers its instances, so the same chart would differ from one drawing to the next.
  const unnumbered = plain.replace(/zr\d+-/g, 'zr-');
  const id = createHash('sha256').update(unnumbered).digest('hex').slice(0, 8);
  return unnumbered.replace(/zr-/g, `z${id}-`);
}

/** The same with colours of its own, for a file that stands alone: a picture in a README. */
export function standAlone(svg: string): string {
  const style = `<style>${themeStyle('svg')}</style>`;
  const paper = `<rect width="100%" height="100%" fill="${themed('paper')}"/>`;
  return svg.replace(/^<svg[^>]*>/, (start) => `${start}${style}${paper}`);
}

export function chartTitle(text: string): Record<string, unknown> {
  const textStyle = { color: themed('ink'), fontSize: 13, fontWeight: 'bold' };
  return { text, left: 4, top: 2, textStyle };
}

export type Dash = 'solid' | 'dashed' | 'dotted';

/** The library's own sign of a line has a dot on it that the line has not, and hides its dashes. */
const signs: Readonly<Record<Dash, string>> = {
  solid: 'path://M0,0h24v2h-24z',
  dashed: 'path://M0,0h6v2h-6z M9,0h6v2h-6z M18,0h6v2h-6z',
  dotted: 'path://M0,0h2v2h-2z M5,0h2v2h-2z M10,0h2v2h-2z M15,0h2v2h-2z M20,0h2v2h-2z',
};

/** Of lines, with how they are drawn; without, of areas. */
export function chartLegend(
  names: readonly string[],
  dashOf?: (name: string) => Dash,
): Record<string, unknown> {
  return {
    data: names.map((name) =>
      dashOf === undefined ? { name, icon: 'rect' } : { name, icon: signs[dashOf(name)] },
    ),
    itemStyle: { borderWidth: 0 },
    lineStyle: { width: 0 },
    ...(dashOf === undefined ? {} : { symbolKeepAspect: true }),
    ...{ left: 0, top: 24, itemWidth: 24, itemHeight: 9, itemGap: 14, selectedMode: false },
    textStyle: { color: themed('ink'), fontSize: 12 },
  };
}
