/** A proxy before a server that answers what it hears, and counts what arrives. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Link } from '@hotpath/loadtests/rig/link';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { waitUntil } from '@hotpath/loadtests/rig/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';

const within = { withinMs: 2_000, everyMs: 1 };
let dir: RigDirectory;
let server: Server;
let link: Link;
let arrived = '';

beforeEach(async () => {
  dir = await openTemporaryRigDirectory('link');
  arrived = '';
  server = createServer((socket) => {
    socket.on('data', (bytes) => {
      arrived += bytes;
      socket.write(`heard ${bytes}`);
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  link = await Link.open(dir, () => port);
});

afterEach(async () => {
  await dir.close();
  server.close();
});

interface Client {
  readonly socket: Socket;
  heard: string;
  failure: string;
}

async function client(): Promise<Client> {
  const socket = connect(Number(new URL(link.urlOf('tcp://127.0.0.1:1')).port), '127.0.0.1');
  const one: Client = { socket, heard: '', failure: '' };
  socket.on('data', (bytes) => {
    one.heard += bytes;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    one.failure = error.code ?? '';
  });
  await once(socket, 'connect');
  return one;
}

const hears = (one: Client, text: string) =>
  waitUntil(() => one.heard === text, { ...within, until: `it has heard '${text}'` });

test('carries both ways', async () => {
  const one = await client();
  one.socket.write('a');
  await hears(one, 'heard a');
  expect(link.counts).toEqual({ connectionsReset: 0, bytesHeld: 0, bytesLost: 0 });
});

test('a stall holds everything, of new connections too, and then delivers it', async () => {
  const old = await client();
  old.socket.write('a');
  await hears(old, 'heard a');
  link.stall();
  const fresh = await client();
  old.socket.write('b');
  fresh.socket.write('c');
  await waitUntil(() => link.counts.bytesHeld === 2, { ...within, until: 'both are held' });
  expect(arrived).toBe('a');
  link.heal();
  await hears(old, 'heard aheard b');
  await hears(fresh, 'heard c');
});

test('with lost answers what is sent arrives, and the connection is reset at the end', async () => {
  const one = await client();
  link.loseAnswers();
  one.socket.write('a');
  await waitUntil(() => link.counts.bytesLost > 0, { ...within, until: 'an answer is lost' });
  expect([arrived, one.heard]).toEqual(['a', '']);
  link.heal();
  await waitUntil(() => one.failure === 'ECONNRESET', { ...within, until: 'it is reset' });
  const another = await client();
  another.socket.write('b');
  await hears(another, 'heard b');
});

test('a reset ends what is open, and takes new connections', async () => {
  const one = await client();
  one.socket.write('a');
  await hears(one, 'heard a');
  link.reset();
  await waitUntil(() => one.failure === 'ECONNRESET', { ...within, until: 'it is reset' });
  expect(link.counts.connectionsReset).toBe(2); // both ends
  const another = await client();
  another.socket.write('b');
  await hears(another, 'heard b');
});

test('where nobody listens it ends the connection', async () => {
  server.close();
  await once(server, 'close');
  const one = await client();
  await waitUntil(() => one.socket.destroyed, { ...within, until: 'it is closed' });
});
