import { readFileSync } from 'node:fs';
import { metrics } from '@hotpath/contract/metrics';
import { metricsPage } from '@hotpath/contract/metrics-page';
import { nodeMetrics } from '@hotpath/contract/node-metrics';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

test('docs/metrics.md says what is declared: else run npm run generate', async () => {
  expect(page).toBe(metricsPage(Object.values(metrics), await nodeMetrics()));
});

test('every declared series has its line there, once', () => {
  for (const { name, help } of Object.values(metrics)) {
    const lines = page.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
    expect(lines, name).toHaveLength(1);
    expect(lines[0]).toContain(help);
  }
});

test("prom-client's own are mentioned", () => {
  for (const name of ['process_cpu_seconds_total', 'nodejs_gc_duration_seconds']) {
    expect(page).toContain(`\`${name}\``);
  }
});
