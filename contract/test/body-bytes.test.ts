import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { boundBodyBytes, boundProjectBodyBytes } from '@hotpath/contract/http/body-bytes';
import { registry } from '@hotpath/contract/instruments';
import { Problem } from '@hotpath/contract/problems';
import '@hotpath/contract/http/key-gate';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

const bytesMax = 1_000;
const projectBytesMax = 900;
let server: FastifyInstance;
let port: number;

beforeAll(async () => {
  server = fastify();
  boundBodyBytes(server as never, bytesMax);
  server.decorateRequest('project', 'default');
  server.addHook('onRequest', (request, _reply, next) => {
    request.project = String(request.headers['x-project'] ?? 'default');
    next();
  });
  boundProjectBodyBytes(server as never, projectBytesMax);
  server.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  server.setErrorHandler((error, _request, reply) => {
    reply.code(error instanceof Problem ? error.kind.status : 500).send();
  });
  server.post('/', () => 'taken');
  server.get('/', () => 'read');
  await server.listen({ port: 0, host: '127.0.0.1' });
  port = (server.server.address() as AddressInfo).port;
});

afterAll(() => server?.close());

const inFlight = async () =>
  Number(/^hotpath_body_bytes (\d+)$/m.exec(await registry.metrics())?.[1] ?? Number.NaN);

/** Its head has arrived; of its body nothing has. */
async function begun(headers: Record<string, string | number>): Promise<ClientRequest> {
  const sent = request({
    ...{ port, host: '127.0.0.1', method: 'POST', agent: false },
    headers: { 'content-type': 'text/plain', ...headers },
  });
  sent.on('error', () => {}); // where it is cut off below
  sent.flushHeaders();
  await once(sent, 'socket');
  return sent;
}

const until = (bytes: number) => expect.poll(inFlight).toBe(bytes);
const statusOf = async (sent: ClientRequest) => (await once(sent, 'response'))[0].statusCode;

test('bodies under way are bounded together, and what ends one makes room', async () => {
  const first = await begun({ 'content-length': 700 });
  await until(700);
  expect(await statusOf(await begun({ 'content-length': 400 }))).toBe(503);
  expect(await inFlight()).toBe(700);

  const beside = await begun({ 'content-length': 3 });
  beside.end('abc');
  expect(await statusOf(beside)).toBe(200);

  first.end('x'.repeat(700));
  expect(await statusOf(first)).toBe(200);
  await until(0);
  const cutOff = await begun({ 'content-length': 900 });
  await until(900);
  cutOff.destroy();
  await until(0);
});

test('a body of unknown length counts as the largest there may be, and no body as nothing', async () => {
  expect(await statusOf(await begun({ 'transfer-encoding': 'chunked' }))).toBe(503);
  const full = await begun({ 'content-length': projectBytesMax });
  await until(projectBytesMax);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  full.destroy();
  await until(0);
});

test('the bodies of one project leave room for those of another', async () => {
  const flooding = { 'x-project': 'flooder' };
  const first = await begun({ 'content-length': 800, ...flooding });
  await until(800);
  expect(await statusOf(await begun({ 'content-length': 101, ...flooding }))).toBe(503);
  const other = await begun({ 'content-length': 101, 'x-project': 'other' });
  other.end('x'.repeat(101));
  expect(await statusOf(other)).toBe(200);
  first.destroy();
  await until(0);
  const again = await begun({ 'content-length': 900, ...flooding });
  again.end('x'.repeat(900));
  expect(await statusOf(again)).toBe(200);
});
