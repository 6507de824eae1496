import { createHash } from 'node:crypto';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { describe, expect, test } from 'vitest';
import {
  type WorkloadOptions,
  workload,
  workloadBody,
  workloadDefaults,
  workloadIssue,
} from '../../k6/workload.ts';
import { k6Directory, runScript } from './run-k6.js';

const options: WorkloadOptions = { seed: 7, ...workloadDefaults };
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
const share = (count: number, of: (index: number) => boolean) =>
  indexes(count).filter(of).length / count;
const isNew = (issue: string) => issue.includes(' ');

test.each([
  ['the defaults', options],
  [
    'a skew that needs roots',
    { seed: 4_294_967_295, issues: 777, firstSightShare: 0.3, skew: 1.1 },
  ],
  ['a warm-up', { seed: 0, issues: 50, firstSightShare: 0, skew: 0.37, introduce: true }],
])('k6 sends what Node replays, byte for byte: %s', async (_, load) => {
  const wanted = [...indexes(1_000), 99_999, 4_000_000, 2 ** 31 + 5];
  const { stdout, stderr } = await runScript(
    `import { workloadBody, workloadIssue } from '${k6Directory}/workload.ts';
     const load = ${JSON.stringify(load)};
     const [bodyOf, issueOf] = [workloadBody(load), workloadIssue(load)];
     export default () => ${JSON.stringify(wanted)}.forEach((i) =>
       console.log(issueOf(i) + '|' + bodyOf(i)));`,
  );
  const [bodyOf, issueOf] = [workloadBody(load), workloadIssue(load)];
  const said = `${stdout}${stderr}`.trimEnd().split('\n');
  expect(said).toEqual(wanted.map((index) => `${issueOf(index)}|${bodyOf(index)}`));
});

test('the events of a seed are frozen: a record of today must be replayable later', () => {
  const digest = createHash('sha256');
  for (const index of indexes(2_000)) digest.update(workloadBody(options)(index));
  expect(digest.digest('hex').slice(0, 16)).toBe('9711f08bc2208cdb');
});

test('an event is its body, and looks like an error report of about 1 KiB', () => {
  const [eventOf, bodyOf] = [workload(options), workloadBody(options)];
  for (const index of indexes(500)) {
    expect(JSON.stringify(eventOf(index))).toBe(bodyOf(index));
    expect(Buffer.byteLength(bodyOf(index))).toBeGreaterThan(850);
    expect(Buffer.byteLength(bodyOf(index))).toBeLessThan(1_400);
  }
  const event = eventOf(3);
  expect(event.eventId).toMatch(/^[0-9a-f]{32}$/);
  expect(event.message).toMatch(
    /^[A-Z]\w+Error: .+ after \d+ ms, order \d+, request [0-9a-f-]{36},/,
  );
  expect(event.stackTrace.split('\n').length).toBe(8);
  expect(event.stackTrace.startsWith(`${event.message}\n    at `)).toBe(true);
});

test('event ids are unique, over phases with neighbouring seeds too', () => {
  const ids = new Set<string>();
  const count = 30_000;
  for (const seed of [1, 2, 3]) {
    const eventOf = workload({ ...options, seed });
    for (const index of indexes(count)) ids.add(eventOf(index).eventId);
  }
  expect(ids.size).toBe(3 * count);
});

describe('fingerprints', () => {
  test('follow the issue exactly: one each, and none for two', () => {
    const issueOfFingerprint = new Map<string, string>();
    const fingerprintOfIssue = new Map<string, string>();
    for (const seed of [1, 2]) {
      const load = { ...options, seed, firstSightShare: 0.2 };
      const [eventOf, issueOf] = [workload(load), workloadIssue(load)];
      for (const index of indexes(8_000)) {
        const [issue, fingerprint] = [issueOf(index), fingerprintV1(eventOf(index))];
        expect(issueOfFingerprint.get(fingerprint) ?? issue).toBe(issue);
        expect(fingerprintOfIssue.get(issue) ?? fingerprint).toBe(fingerprint);
        issueOfFingerprint.set(fingerprint, issue);
        fingerprintOfIssue.set(issue, fingerprint);
      }
    }
    expect(fingerprintOfIssue.size).toBeGreaterThan(3_000);
  });

  test('of 20,000 known issues are 20,000', () => {
    const load = { ...options, issues: 20_000, introduce: true };
    const eventOf = workload(load);
    const found = new Set(indexes(20_000).map((index) => fingerprintV1(eventOf(index))));
    expect(found.size).toBe(20_000);
  });
});

describe('the mix', () => {
  test.each([0, 0.01, 0.25, 1])('first sights are a share of %d', (firstSightShare) => {
    const issueOf = workloadIssue({ ...options, firstSightShare });
    const found = share(40_000, (index) => isNew(issueOf(index)));
    expect(Math.abs(found - firstSightShare)).toBeLessThan(0.01);
    if (firstSightShare === 0 || firstSightShare === 1) expect(found).toBe(firstSightShare);
  });

  test('a new issue is seen once', () => {
    const issueOf = workloadIssue({ ...options, firstSightShare: 1 });
    expect(new Set(indexes(20_000).map(issueOf)).size).toBe(20_000);
  });

  test.each([0, 0.5, 1, 1.1, 2])('known issues follow a Zipf law of exponent %d', (skew) => {
    const issues = 20;
    const count = 60_000;
    const load = { ...options, issues, firstSightShare: 0, skew };
    const introduced = workloadIssue({ ...load, introduce: true });
    const rankOf = new Map(indexes(issues).map((rank) => [introduced(rank), rank]));
    const found = new Array<number>(issues).fill(0);
    const issueOf = workloadIssue(load);
    for (const index of indexes(count)) (found[rankOf.get(issueOf(index)) as number] as number)++;
    const weights = indexes(issues).map((rank) => (rank + 1) ** -skew);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [rank, weight] of weights.entries()) {
      const expected = (count * weight) / sum;
      // Five standard deviations of a count, and what rounding the exponent to 1/256 moves.
      const slack = 5 * Math.sqrt(expected) + 0.01 * expected;
      expect(Math.abs((found[rank] as number) - expected)).toBeLessThan(slack);
    }
  });

  test('a warm-up visits every known issue once, then goes on as ever', () => {
    const load = { ...options, introduce: true };
    const issueOf = workloadIssue(load);
    const visited = new Set(indexes(load.issues).map(issueOf));
    expect(visited.size).toBe(load.issues);
    expect([...visited].some(isNew)).toBe(false);
    expect(issueOf(load.issues + 5)).toBe(workloadIssue(options)(load.issues + 5));
  });

  test('known issues are the same ones under every seed, new ones never', () => {
    const count = 20_000;
    const [one, two] = [1, 2].map((seed) => {
      const issueOf = workloadIssue({ ...options, seed, issues: 30, firstSightShare: 0.5 });
      return new Set(indexes(count).map(issueOf));
    }) as [Set<string>, Set<string>];
    const common = [...one].filter((issue) => two.has(issue));
    expect(common.length).toBe(30);
    expect(common.some(isNew)).toBe(false);
  });
});

test.each([
  { seed: -1 },
  { seed: 2 ** 32 },
  { seed: 1.5 },
  { issues: 0 },
  { issues: 1_000_001 },
  { firstSightShare: 1.01 },
  { firstSightShare: Number.NaN },
  { skew: -0.1 },
  { skew: 5 },
])('%o is refused by name', (bad) => {
  const [name] = Object.keys(bad) as [string];
  expect(() => workload({ ...options, ...bad })).toThrow(new RegExp(`^${name} `));
});
