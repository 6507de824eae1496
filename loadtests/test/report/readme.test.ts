import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { renderMarkdown } from '@hotpath/loadtests/report/markdown';
import { drawPictures } from '@hotpath/loadtests/report/pictures';
import { withResult } from '@hotpath/loadtests/report/readme';
import { readRecord } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';

const readme = readFileSync(join(checkout, 'README.md'), 'utf8');

test('the figures in the README are those of the committed record', async () => {
  const record = await readRecord(join(checkout, 'docs/study'));
  expect(readme).toBe(withResult(readme, renderMarkdown(record)));
});

test('its pictures are drawn from the series of the committed record, and shown', async () => {
  const directory = join(checkout, 'docs/study');
  const pictures = await drawPictures(directory, await readRecord(directory));
  expect(pictures).toHaveLength(2);
  for (const { fileName, svg } of pictures) {
    expect(readFileSync(join(directory, fileName), 'utf8') === svg, fileName).toBe(true);
    expect(readme).toContain(`](docs/study/${fileName})`);
  }
});

test('a README without the marking lines is refused, not overwritten', () => {
  expect(() => withResult('# Hotpath\n', 'result')).toThrow('lacks the lines');
});
