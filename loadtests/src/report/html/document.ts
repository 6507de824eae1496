import { html, Markup } from './markup.js';
import { pageStyle } from './style.js';

/** Nothing may be loaded and no script may run: all is in the file. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface Section {
  readonly id: string;
  readonly name: string;
  readonly content: Markup;
}

export interface PageParts {
  readonly title: string;
  readonly header: Markup;
  /** Before the first section; null: nothing. */
  readonly overview: Markup | null;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** A page that is one file: with a way past the links, and a link to every section. */
export function htmlDocument({ title, header, overview, sections, footer }: PageParts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#report">To the report</a>
${header}
<nav aria-label="Sections"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="report">
${overview}
${sections.map(
  ({ content }) => html`${content}
`,
)}</main>
<footer>${footer}</footer>
</body>
</html>
`;
  return page.text;
}
