import { html } from '@hotpath/loadtests/report/html/markup';
import { expect, test } from 'vitest';

test('what is filled in is text, in elements and in quoted attributes', () => {
  const bad = `<script>"x" & 'y'</script>`;
  const good = '&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;';
  expect(html`<b title="${bad}">${bad}</b>`.text).toBe(`<b title="${good}">${good}</b>`);
});

test('markup stays markup, lists are joined, null is nothing, and numbers are numbers', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}</ul>${null}${0}`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>0');
});
