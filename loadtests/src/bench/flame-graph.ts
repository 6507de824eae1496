/** A profile as one page that needs no network: who called whom, and how long. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { html, Markup } from '../report/html/markup.js';
import { themeStyle } from '../report/html/theme.js';
import type { Call, OwnerKind } from './cpu-profile.js';
import { type ArmProfile, profileRows } from './profile-text.js';

/** Told apart by any eye (Okabe and Ito), light enough for black letters on them. */
const colours: Readonly<Record<OwnerKind, string>> = {
  own: '#e69f00',
  package: '#56b4e9',
  node: '#9fd9c6',
  engine: '#c9c9c9',
};
const kindNames: Readonly<Record<OwnerKind, string>> = {
  own: 'Hotpath',
  package: 'packages',
  node: 'Node.js',
  engine: 'engine and kernel',
};
/** Narrower than a tenth of a pixel: nobody sees it, and it makes the file large. */
const shareMin = 0.000_1;
const tableRows = 40;
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

interface Frame {
  readonly name: string;
  readonly place: string;
  readonly kind: OwnerKind;
  readonly value: number;
  readonly children: readonly Frame[];
}

/** @returns the page, its library in it */
export async function renderFlameGraph(tree: Call, profile: ArmProfile): Promise<string> {
  const [library, chart] = await Promise.all(['d3', 'd3-flame-graph'].map(scriptOf));
  const rows = profileRows(profile, tableRows);
  const { arm, events } = profile;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${arm}: CPU profile · Hotpath</title><style>${new Markup(style)}</style></head><body>
<h1>${arm}: where the API's main thread spent its time</h1>
<p>${events.toLocaleString('en-US')} events, saturated; sampled every millisecond, idle time left out. A frame is as
wide as its share; what it called stands on it. Click a frame to widen it, the lowest one to go back.</p>
<p><label>Find <input id="find" type="search" placeholder="function or file"></label>
<button id="reset" type="button">Whole picture</button> <span id="shown" role="status"></span></p>
<ul class="legend">${Object.entries(colours).map(([kind, colour]) => html`<li><i style="background:${colour}"></i>${kindNames[kind as OwnerKind]}</li>`)}</ul>
<div id="graph" role="img" aria-label="Flame graph; the table below has its largest parts"></div>
<h2>Self time</h2>
<table><thead><tr><th scope="col">file or package</th><th scope="col">share</th><th scope="col">µs an event</th></tr></thead>
<tbody>${rows.map(([name = '', share = '', micros = '']) => html`<tr><th scope="row">${name}</th><td>${share}</td><td>${micros}</td></tr>`)}</tbody></table>
<footer>Drawn by d3-flame-graph, which is in this file.</footer>
<script type="application/json" id="calls">${new Markup(inScript(JSON.stringify(frameOf(tree, tree.micros))))}</script>
<script>${new Markup(library ?? '')}</script><script>${new Markup(chart ?? '')}</script>
<script>${new Markup(drawing)}</script></body></html>
`;
  return page.text;
}

function frameOf({ name, place, owner, micros, children }: Call, total: number): Frame {
  const wide = [...children.values()].filter((child) => child.micros >= total * shareMin);
  return {
    ...{ name, place, kind: owner.kind, value: Math.round(micros) },
    children: wide.map((child) => frameOf(child, total)),
  };
}

/** No text of the data may end the script that it stands in. */
const inScript = (json: string) => json.replaceAll('<', '\\u003c');

async function scriptOf(name: string): Promise<string> {
  const files: Readonly<Record<string, string>> = {
    d3: 'dist/d3.min.js',
    'd3-flame-graph': 'dist/d3-flamegraph.umd.min.js',
  };
  const main = createRequire(import.meta.url).resolve(name);
  const directory = main.slice(0, main.lastIndexOf(`node_modules/${name}/`));
  return readFile(`${directory}node_modules/${name}/${files[name]}`, 'utf8');
}

const style = `${themeStyle(':root')}
body{margin:0 auto;max-width:1400px;padding:12px 20px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
h1{font-size:24px;margin:8px 0}h2{font-size:19px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
input,button{font:inherit;padding:2px 8px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0}
.legend i{display:inline-block;width:14px;height:14px;margin-right:6px;vertical-align:-2px}
#graph{overflow-x:auto}
.d3-flame-graph rect{fill-opacity:1!important}
.d3-flame-graph-label{font-family:inherit!important}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th,td{padding:3px 12px 3px 0;text-align:right;border-bottom:1px solid var(--rule)}
th:first-child{text-align:left;font-weight:600;overflow-wrap:anywhere}
footer{color:var(--muted);font-size:13px;margin:24px 0}
@media print{input,button,label{display:none}}`;

/** Runs in the reader's browser. */
const drawing = `
const colours = ${JSON.stringify({ ...colours })};
const root = JSON.parse(document.getElementById('calls').textContent);
const shown = document.getElementById('shown');
const share = (d) => (100 * d.data.value / root.value).toFixed(1) + ' %';
const words = (d) => d.data.name + (d.data.place ? ' (' + d.data.place + ')' : '') + ': ' + share(d);
const box = document.getElementById('graph');
const chart = flamegraph.default ? flamegraph.default() : flamegraph.flamegraph ? flamegraph.flamegraph() : flamegraph();
chart.width(Math.max(360, box.clientWidth)).cellHeight(18).minFrameSize(1).transitionDuration(0)
  .setColorMapper((d, original) => d.highlight ? '#f0e442' : colours[d.data.kind])
  .setLabelHandler(words).onHover((d) => { shown.textContent = words(d); })
  .setSearchMatch((d, term) => (d.data.name + ' ' + d.data.place).toLowerCase().includes(term.toLowerCase()));
d3.select(box).datum(root).call(chart);
const find = document.getElementById('find');
find.addEventListener('input', () => find.value ? chart.search(find.value) : chart.clear());
document.getElementById('reset').addEventListener('click', () => { find.value = ''; chart.clear(); chart.resetZoom(); });
`;
