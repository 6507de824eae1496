import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@hotpath/loadtests/checkout';
import { findProgram } from '@hotpath/loadtests/rig/programs';
import { temporaryRigPath } from '@hotpath/loadtests/rig/rig-paths';
import { countOf } from '@hotpath/loadtests/test-command';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cli, runHotpath, startCommand } from './command-line.js';

let path: string;

beforeEach(() => {
  path = temporaryRigPath('entry');
  mkdirSync(path, { recursive: true });
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

/** A directory for PATH that has only these programs. */
function pathWith(...names: readonly string[]): string {
  const bin = join(path, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of names) symlinkSync(findProgram(name) ?? name, join(bin, name));
  return bin;
}

test('help lists every command with a line of its own', async () => {
  const { code, stdout } = await runHotpath('help');
  expect(code).toBe(0);
  for (const name of ['test', 'bench', 'rig', 'doctor', 'help']) {
    expect(stdout).toMatch(new RegExp(`^ {2}\\./hotpath ${name} +\\S`, 'm'));
  }
  expect((await runHotpath()).stdout).toBe(stdout);
  expect((await runHotpath('--help')).stdout).toBe(stdout);
});

test('every command tells its flags', async () => {
  const { stdout } = await runHotpath('help');
  const names = [...stdout.matchAll(/\.\/hotpath (\S+)/g)].map((match) => match[1] ?? '');
  for (const name of names) {
    const { code, stdout: usage } = await runHotpath(name, '--help');
    expect({ code, usage }).toMatchObject({
      code: 0,
      usage: expect.stringContaining(`./hotpath ${name}`),
    });
  }
});

describe('a command line that cannot be obeyed ends with 2 and says why', () => {
  const cases: [readonly string[], string][] = [
    [['studdy'], "there is no command 'studdy'"],
    [['toString'], "there is no command 'toString'"],
    [['rig'], 'rig takes one of up, status, down'],
    [['rig', 'sideways'], "not 'sideways'"],
    [['rig', 'up', '--fast'], '--fast is no flag of this command'],
    [['bench', 'x'], "bench takes macro or micro or nothing, not 'x'"],
    [['doctor', 'who'], "doctor takes no arguments, not 'who'"],
  ];
  for (const [args, reason] of cases) {
    test(`hotpath ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runHotpath(...args);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(reason),
      });
    });
  }
});

test('doctor finds everything here and ends with 0', async () => {
  const { code, stdout } = await runHotpath('doctor');
  expect(stdout).toMatch(/ok {2}redis-server +\d+\.\d+\.\d+ +\//);
  expect(stdout).toMatch(/ok {2}wrk +found +\//);
  expect(stdout).toMatch(/ok {2}prometheus +\d+\.\d+\.\d+ +\//);
  expect(stdout).toContain('Everything needed is here.');
  expect(code).toBe(0);
});

test('doctor names what is missing and the command that gets it, and ends with 13', async () => {
  const { code, stdout } = await startCommand(process.execPath, [cli, 'doctor'], {
    PATH: pathWith('apt-get'),
  }).ended;
  expect(stdout).toMatch(/!! {2}redis-server +missing/);
  expect(stdout).toMatch(/!! {2}mariadb-install-db +missing/);
  expect(stdout).toMatch(/apt-get install --no-install-recommends .*redis-tools/);
  expect(code).toBe(13);
});

test('a command that needs what is missing and may not install it says what to get', async () => {
  const { code, stderr } = await startCommand(process.execPath, [cli, 'rig', 'up'], {
    PATH: pathWith(), // no apt-get: also root may not
  }).ended;
  expect(stderr).toMatch(
    /^hotpath: .*redis-server missing\. Install MariaDB >= 10\.11 and Redis >= 7/,
  );
  expect(code).toBe(13);
});

test('tests that cannot begin end with the closing line all the same', async () => {
  const { code, stdout } = await startCommand(process.execPath, [cli, 'test'], {
    PATH: pathWith(),
  }).ended;
  expect(stdout).toMatch(/\n0 passed, 1 failed\n$/);
  expect(code).toBe(13);
});

test('doctor says when HOTPATH_K6 names no k6', async () => {
  const { code, stdout } = await startCommand(process.execPath, [cli, 'doctor'], {
    HOTPATH_K6: '/bin/true',
  }).ended;
  expect(stdout).toContain('HOTPATH_K6=/bin/true is no k6 >= 1.0');
  expect(code).toBe(13);
});

describe('the entry', () => {
  /** The entry with this node as the only one, and nothing that it could run wild with. */
  function startEntry(node: string | null, ...args: readonly string[]) {
    copyFileSync(join(checkout, 'hotpath'), join(path, 'hotpath'));
    const bin = pathWith('dirname', 'cat', 'cksum', 'mkdir', 'rm', 'sleep');
    if (node !== null) writeFileSync(join(bin, 'node'), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
    return startCommand('/bin/sh', [join(path, 'hotpath'), ...args], { PATH: bin }).ended;
  }

  test('says which Node it needs when there is none', async () => {
    const { code, stdout, stderr } = await startEntry(null, 'study');
    expect({ code, stdout }).toEqual({ code: 13, stdout: '' });
    expect(stderr).toMatch(/^hotpath: needs Node\.js >= 20\.19, and there is no node on PATH/);
  });

  for (const version of ['v18.20.4', 'v20.18.3']) {
    test(`refuses Node ${version}, and test still ends with its closing line`, async () => {
      const { code, stdout, stderr } = await startEntry(`echo ${version}`, 'test');
      expect({ code, stdout }).toEqual({ code: 13, stdout: '0 passed, 1 failed\n' });
      expect(stderr).toContain(`is ${version}`);
    });
  }

  for (const version of ['v20.19.0', 'v22.1.0', 'v24.0.0']) {
    test(`accepts Node ${version}, and shows whole what npm said when it fails`, async () => {
      writeFileSync(join(path, 'package-lock.json'), '{}');
      mkdirSync(join(path, 'bin'), { recursive: true });
      writeFileSync(join(path, 'bin/npm'), '#!/bin/sh\necho registry on fire; exit 1\n', {
        mode: 0o755,
      });
      const { code, stderr } = await startEntry(`echo ${version}`, 'help');
      expect(stderr).toBe(
        'hotpath: installing packages …\nregistry on fire\n' +
          'hotpath: installing packages failed (above is all that it said)\n',
      );
      expect(code).toBe(13);
    });
  }
});

test('a test file that could not be loaded counts as failed', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countOf(JSON.stringify(report))).toEqual({ passed: 3, failed: 2, skipped: 2 });
});
