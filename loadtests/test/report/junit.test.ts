import { renderJunit } from '@hotpath/loadtests/report/junit';
import { expect, test } from 'vitest';
import { fullStudy } from './html/full-record.js';
import { broken } from './record-fixture.js';

test('every check of every run is a test case, and so are verdict and ledgers', () => {
  const record = fullStudy();
  const xml = renderJunit(record);
  const checks = record.runs.flatMap((run) => run.checks).length;
  expect(xml.match(/<testcase /g)).toHaveLength(checks + record.runs.length + 1);
  expect(xml).toContain(`tests="${checks + record.runs.length + 1}" failures="0"`);
  expect(xml).toContain('13800 acknowledged, 10800 stored, 3000 lost');
});

test('a broken check fails, and what it says can break no XML', () => {
  const record = fullStudy();
  const seen = `<&"'>\u0000\u001b[1m`;
  record.runs[1]?.checks.push({ ...broken, seen });
  const xml = renderJunit(record);
  expect(xml).toContain('failures="1"');
  expect(xml).toContain(
    `<failure message="seen: &lt;&amp;&quot;&#39;&gt;[1m; limit: ${broken.limit}">`,
  );
});

test('a verdict that is none fails', () => {
  const record = fullStudy();
  for (const run of record.runs) run.checks.push(broken);
  expect(renderJunit(record)).toContain('<testcase classname="verdict" name="invalid"><failure');
});
