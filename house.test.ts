/** The house rules as tests. Each rule is also shown a house that breaks it, and must say so. */
import { describe, expect, test } from 'vitest';
import * as house from './house-rules.ts';
import { houseOf, Source } from './house-source.ts';

const { code, importsOnly, inside, isTest, none, under } = house;
const files = houseOf();

const statement = (from: string) => `import { x } from '${from}';\n`;
const long = (lines: number) => 'x();\n'.repeat(lines);
const copied = Array.from({ length: house.copyLinesMin }, (_, i) => `const a${i} = ${i};\n`).join(
  '',
);
const onlyWithin = (room: string) => importsOnly([room], under(room));
/** Written in two parts, or this file would offend. */
const machine = (path: string) => `const at = '${path}';\n`;

type Example = Readonly<Record<string, string>>;
const rules: readonly [string, house.Rule, Example][] = [
  [
    'the arms do not meet',
    (all) => [
      ...importsOnly(['naive-logger'], (target) => !under('async-logger')(target))(all),
      ...importsOnly(['async-logger'], (target) => !under('naive-logger')(target))(all),
    ],
    { 'naive-logger/test/x.test.ts': statement('../../async-logger/src/config.js') },
  ],
  [
    'an arm imports nobody but itself and contract',
    (all) => [
      ...importsOnly(['naive-logger/src'], under('naive-logger/src', 'contract/src'))(all),
      ...importsOnly(['async-logger/src'], under('async-logger/src', 'contract/src'))(all),
    ],
    { 'async-logger/src/x.ts': statement('@hotpath/loadtests/rig/arm') },
  ],
  [
    'contract and its suite import no sibling',
    importsOnly(['contract/src', 'contract/conformance'], under('contract')),
    { 'contract/conformance/x.ts': `export * from '../../loadtests/src/rig/arm.js';\n` },
  ],
  [
    'contract does not import its own tests',
    importsOnly(['contract/src'], under('contract/src')),
    { 'contract/src/x.ts': statement('../conformance/client.ts') },
  ],
  [
    'loadtests imports nobody but itself and contract',
    importsOnly(['loadtests'], under('loadtests', 'contract')),
    { 'loadtests/src/run/x.ts': "const x = await import('../../../naive-logger/dist/main.js');\n" },
  ],
  [
    'grafana imports nobody but itself and contract',
    importsOnly(['grafana/src'], under('grafana/src', 'contract/src')),
    { 'grafana/src/x.ts': statement('@hotpath/loadtests/series/panel-queries') },
  ],
  [
    'statistics import nothing else',
    onlyWithin('loadtests/src/statistics'),
    {
      'loadtests/src/statistics/x.ts': statement('../run-record.js'),
    },
  ],
  [
    'of the rooms of loadtests, only run uses rig',
    importsOnly(
      ['ledger', 'statistics', 'report', 'diagnose', 'rungs'].map((r) => `loadtests/src/${r}`),
      (target) => !under('loadtests/src/rig', 'loadtests/src/run')(target),
    ),
    { 'loadtests/src/report/x.ts': statement('../rig/arm.js') },
  ],
  [
    'rig knows no other room',
    importsOnly(
      ['loadtests/src/rig'],
      (target) => /^loadtests\/src\/(rig\/.*|[\w-]+)$/.test(target) || under('contract')(target),
    ),
    { 'loadtests/src/rig/x.ts': statement('../run/study.js') },
  ],
  [
    'files that k6 loads too import nothing',
    none(
      (file) => file.imports().length > 0,
      inside('contract/src/limits.ts', 'contract/src/outcomes.ts', 'loadtests/k6/workload.ts'),
    ),
    { 'contract/src/limits.ts': "export * from 'node:os';\n" },
  ],
  [
    'only files that say so by their suffix import a driver',
    none(
      (file) => file.imports().some(({ target }) => house.drivers.test(target)),
      (file) => file.isCode && !house.mayDrive(file.path),
    ),
    { 'async-logger/src/x.service.ts': "import type { Pool } from 'mysql2/promise';\n" },
  ],
  [
    'a controller reaches no store',
    (all) =>
      code(all)
        .filter(({ path }) => path.endsWith('.controller.ts'))
        .flatMap((file) => file.imports().map(({ target }) => `${file.path} imports ${target}`))
        .filter((sentence) => /\.(repository|store|queue)$/.test(sentence)),
    { 'contract/src/http/x.controller.ts': statement('../storage/issue-rows.repository.js') },
  ],
  [
    'only the config.ts of a program reads the environment',
    none(
      (file) => file.reads('process', 'env'),
      (file) =>
        file.isCode &&
        !isTest(file) &&
        !/^(naive-logger|async-logger|loadtests)\/src\/(rungs\/)?config\.ts$/.test(file.path),
    ),
    { 'contract/src/x.ts': 'const { env } = process;\n' },
  ],
  [
    'only env.ts reads the environment of k6',
    none(
      (file) => file.mentions('__ENV'),
      (file) => file.isCode && file.path !== 'loadtests/k6/env.ts',
    ),
    { 'loadtests/k6/x.ts': 'export const rate = __ENV.HOTPATH_RATE;\n' },
  ],
  [
    'contract never asks which arm it serves',
    none(({ text }) => /['"`](naive|async)(-logger)?['"`]/.test(text), inside('contract/src')),
    { 'contract/src/x.ts': "if (arm === 'naive') x();\n" },
  ],
  [
    'the arms share no copy',
    house.copies,
    {
      'naive-logger/src/x.ts': copied,
      'async-logger/src/y.ts': `first();\n${copied}`,
    },
  ],
  [
    'every file of naive-logger has its twin, and both are short',
    house.pairs,
    {
      'naive-logger/src/x.ts': long(1),
      'async-logger/src/x.ts': long(house.pairLinesMax + 1),
    },
  ],
  [
    'no file is long',
    none(
      ({ lines }) => lines > house.linesMax,
      ({ path }) => /(\.([cm]?[jt]s|sh|lua)|^hotpath)$/.test(path),
    ),
    { 'contract/src/x.ts': long(house.linesMax + 1) },
  ],
  [
    'no function is long',
    house.longFunctions,
    {
      'contract/src/x.ts': `const f = () => {\n${long(house.functionLinesMax)}};\n`,
    },
  ],
  [
    'no name hides what is inside',
    none(
      ({ path }) =>
        path
          .split('/')
          .some((part) => /(^|-)(utils?|helpers?)(\.|$)|^(common|shared|misc)(\.|$)/.test(part)) ||
        /(^|\/)index\.[jt]s$/.test(path),
    ),
    { 'contract/src/string-utils.ts': '' },
  ],
  [
    'no default exports, but where a tool demands them',
    none(
      (file) => file.hasDefaultExport(),
      (file) => file.isCode && !/^loadtests\/k6\/|^vitest\.config\.ts$/.test(file.path),
    ),
    { 'contract/src/x.ts': 'const x = 1;\nexport { x as default };\n' },
  ],
  [
    'no path of one machine',
    none(({ text }) => /(^|[\s'"`=(:])\/(home|root|work|Users)\/\w/m.test(text)),
    { 'deploy/x.sh': machine(`/${'home'}/me/x`) },
  ],
  [
    'no package registry is named: a checkout installs from whatever is set up',
    none(
      ({ text }) =>
        /registry\.npmjs|npmjs\.(org|com)\/|pythonhosted|pypi\.org|artifactory/i.test(text),
      ({ path }) => path !== 'house.test.ts',
    ),
    { 'package-lock.json': 'registry.npmjs' },
  ],
  [
    'src holds no tests',
    none(({ path }) => /\/src\/.*\.test\.[jt]s$/.test(path)),
    { 'contract/src/x.test.ts': '' },
  ],
];

describe.each(rules)('%s', (_name, rule, example) => {
  test('holds here', () => expect(rule(files)).toEqual([]));

  test('is seen to be broken where it is', () => {
    const broken = Object.entries(example).map(([path, text]) => new Source(path, text));
    expect(rule(broken)).not.toEqual([]);
  });
});

test('the whole house was looked at', () => {
  const seen = (room: string) => files.filter(inside(room)).length;
  for (const room of [
    'contract/src',
    'naive-logger/src',
    'async-logger/src',
    'loadtests/src',
    'grafana/src',
  ]) {
    expect(seen(room)).toBeGreaterThan(5);
  }
});
