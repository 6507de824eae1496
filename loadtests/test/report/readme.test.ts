import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderBenchMarkdown } from '@hotpath/loadtests/bench/bench-markdown';
import { benchRecords } from '@hotpath/loadtests/bench/bench-record';
import { checkout } from '@hotpath/loadtests/checkout';
import { drawPictures } from '@hotpath/loadtests/report/pictures';
import { withBlock, withResult } from '@hotpath/loadtests/report/readme';
import { type RunRecord, runRecords } from '@hotpath/loadtests/run-record';
import { expect, test } from 'vitest';
import { ReportReader } from './html/in-browser.js';

const readme = readFileSync(join(checkout, 'README.md'), 'utf8');

test.each(['study', 'ladder', 'limit'])(
  'the figures in the README are those of docs/%s',
  async (name) => {
    const record = await runRecords.read(join(checkout, 'docs', name));
    expect(withResult(readme, record)).toBe(readme);
    expect(record.runs.length).toBeGreaterThanOrEqual(15);
  },
);

test('so are those of the saturated arms, of docs/bench', async () => {
  const record = await benchRecords.read(join(checkout, 'docs/bench'));
  expect(withBlock(readme, 'bench', renderBenchMarkdown(record))).toBe(readme);
  expect(record).toMatchObject({ state: 'complete', plan: { profiled: false } });
  expect(record.plan.rounds).toBeGreaterThanOrEqual(5);
});

test('a study of the ladder leaves the other result alone, and the other way round', async () => {
  const [study, ladder] = await Promise.all(
    ['study', 'ladder'].map((name) => runRecords.read(join(checkout, 'docs', name))),
  );
  const empty = readme.replace(/(<!-- (?:result|ladder): .*\n)[\s\S]*?(\n<!-- \/)/g, '$1$2');
  const both = withResult(withResult(empty, study as RunRecord), ladder as RunRecord);
  expect(both).toBe(readme);
  expect(withResult(empty, study as RunRecord)).not.toContain('naive → upsert (');
});

test('its pictures are drawn from the series of the committed record, and shown', async () => {
  const directory = join(checkout, 'docs/study');
  const pictures = await drawPictures(directory, await runRecords.read(directory));
  expect(pictures).toHaveLength(2);
  for (const { fileName, svg } of pictures) {
    expect(readFileSync(join(directory, fileName), 'utf8') === svg, fileName).toBe(true);
    expect(readme).toContain(`](docs/study/${fileName})`);
  }
});

test('a browser takes its pictures for sound images', async () => {
  const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+\.svg)\)/g)].map(([, path]) =>
    readFileSync(join(checkout, path as string)).toString('base64'),
  );
  const images = pictures.map((base64) => `<img src="data:image/svg+xml;base64,${base64}">`);
  const reader = await ReportReader.start();
  try {
    const { page } = await reader.openPage(images.join(''));
    const widths = await page
      .locator('img')
      .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(widths).toEqual([560, 560]);
  } finally {
    await reader.stop();
  }
});

test('a README without the marking lines is refused, not overwritten', async () => {
  const record = await runRecords.read(join(checkout, 'docs/study'));
  expect(() => withResult('# Hotpath\n', record)).toThrow('lacks the lines');
});
