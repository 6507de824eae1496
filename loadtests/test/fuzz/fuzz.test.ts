import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerHeaders } from '@hotpath/contract/http/unreadable-requests';
import type { Counted } from '@hotpath/loadtests/fuzz/campaign';
import { exchange } from '@hotpath/loadtests/fuzz/exchange';
import { familyNames } from '@hotpath/loadtests/fuzz/families';
import { type FuzzPlan, fuzzArm } from '@hotpath/loadtests/fuzz/fuzz-arm';
import { type Input, logPath, posted } from '@hotpath/loadtests/fuzz/input';
import { offences } from '@hotpath/loadtests/fuzz/judge';
import { openStage } from '@hotpath/loadtests/rig/stage';
import { expect, inject, onTestFinished, test } from 'vitest';

const seed = 20_261_124;

test.each([
  ['naive', 300],
  ['async', 1_000],
] as const)('%s takes %i hostile inputs', async (arm, inputs) => {
  const stage = await openStage(arm, inject('stores'), { name: `fuzz-${arm}` });
  try {
    const seen = new Map<string, Counted>();
    const plan: FuzzPlan = {
      ...{ inputs, seed, only: null, path: undefined, slowClientsAKind: 0 },
      signal: new AbortController().signal,
      onFamily: (family, counted) => seen.set(family, counted),
    };
    const { counted, findings, offences } = await fuzzArm(stage.service, stage.databaseUrl, plan);
    expect(findings).toEqual([]);
    expect(offences).toEqual([]);
    expect([...seen.keys()].sort()).toEqual([...familyNames].sort());
    // Both what is taken and what is refused was among it.
    expect(counted.counted).toBeGreaterThan(30);
    expect([...counted.statuses.keys()]).toEqual(
      expect.arrayContaining([200, 400, 404, 413, 415, 431]),
    );
  } finally {
    await stage.close();
  }
});

const good = JSON.stringify({
  ...{ success: true, timestamp: '2026-01-01T00:00:00.000Z' },
  data: { status: 'queued', fingerprint: 'a'.repeat(64) },
});
const problem = JSON.stringify({
  ...{ type: 'about:blank', title: 't', detail: 'd', retryable: false },
  ...{ status: 400, code: 'HP_INVALID_EVENT' },
});
const asProblem = { ...answerHeaders, 'content-type': 'application/problem+json' };

type Misdeed = (response: ServerResponse) => void;
const says =
  (status: number, headers: OutgoingHttpHeaders, body: string): Misdeed =>
  (to) =>
    to.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);

/** What a service must not do, and what is said of it. */
const misdeeds: readonly [string, Misdeed, RegExp][] = [
  ['fails', says(500, asProblem, problem.replace('400', '500')), /status 500/],
  ['refuses in words of its own', says(400, answerHeaders, problem), /untyped/],
  ['shows a stack', says(400, asProblem, problem.replace('"d"', '"d node:internal"')), /insides/],
  ['knows another code', says(404, asProblem, problem), /404 says HP_INVALID/],
  ['may be cached', says(200, { ...answerHeaders, 'cache-control': '' }, good), /cached/],
  ['forgets the fingerprint', says(200, answerHeaders, good.replace(/a{64}/, '')), /schema/],
  ['closes without an answer', (to) => to.destroy(), /closed with 1 answers due/],
  ['says nothing', () => {}, /neither an answer nor a close/],
];

test.each(misdeeds)('a service that %s is found out', async (_what, answer, sentence) => {
  const input = posted(logPath, Buffer.from('{"message":"m"}'));
  expect((await offencesOf(input, answer)).join('\n')).toMatch(sentence);
});

test('a service that does as it must is not accused', async () => {
  const input = posted(logPath, Buffer.from('{"message":"m"}'));
  expect(await offencesOf(input, says(200, answerHeaders, good))).toEqual([]);
  expect(await offencesOf(input, says(400, asProblem, problem))).toEqual([]);
});

async function offencesOf(input: Input, answer: Misdeed) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const silentAfterMs = 500;
  return offences(input, await exchange(`http://127.0.0.1:${port}`, input, silentAfterMs));
}
