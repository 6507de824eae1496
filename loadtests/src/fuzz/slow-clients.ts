import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as limits from '@hotpath/contract/limits';
import { exchange } from './exchange.js';
import { logPath, posted } from './input.js';
import { receiptsIn } from './judge.js';

const sendEveryMs = 500;
/** After the limit of the service: it looks once a second, and a machine may be busy. */
const graceMs = 3_000;
/** What a good event may take while the slow ones hold on. */
const goodMsMax = 2_000;

const kinds = {
  /** Connects and says nothing. */
  silent: [''],
  /** One field of a head after the other, and never its end. */
  head: [`POST ${logPath} HTTP/1.1\r\nhost: x\r\n`, 'x-more: 1\r\n'],
  /** A head, then a body byte by byte. */
  body: [
    `POST ${logPath} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n`,
    ' ',
  ],
} as const;

export interface SlowClients {
  readonly clients: number;
  /** When the last of them was cut off. */
  readonly msMax: number;
  readonly offences: readonly string[];
  readonly goodEvents: number;
}

/** Opens slow connections of every kind; all of them must be cut off in time, and a good client must not notice. */
export async function holdOn(url: string, clientsAKind: number): Promise<SlowClients> {
  const withinMs = limits.requestMsMax + graceMs;
  const startedAt = performance.now();
  const all = Object.entries(kinds).flatMap(([kind, texts]) =>
    Array.from({ length: clientsAKind }, () => slowClient(url, kind, texts, withinMs)),
  );
  let done = false;
  const good = goodEvents(url, () => done);
  const cut = await Promise.all(all);
  done = true;
  const late = cut.filter(({ ms }) => ms >= withinMs);
  const { acknowledged, offences } = await good;
  return {
    clients: all.length,
    msMax: Math.max(...cut.map(({ ms }) => ms)),
    goodEvents: acknowledged,
    offences: [
      ...offences,
      ...late.slice(0, 3).map(({ kind }) => `${kind}: still connected after ${withinMs} ms`),
      ...(performance.now() - startedAt < sendEveryMs ? ['nobody held on'] : []),
    ],
  };
}

async function slowClient(url: string, kind: string, texts: readonly string[], withinMs: number) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const startedAt = performance.now();
  const closed = new Promise<number>((resolve) => {
    const end = () => resolve(performance.now() - startedAt);
    socket.on('error', end).on('close', end).resume();
    setTimeout(end, withinMs).unref();
  });
  const [first = '', more = ''] = texts;
  socket.write(first);
  const timer = setInterval(() => socket.writable && socket.write(more), sendEveryMs);
  const ms = await closed;
  clearInterval(timer);
  socket.destroy();
  return { kind, ms };
}

async function goodEvents(url: string, done: () => boolean) {
  const offences: string[] = [];
  let acknowledged = 0;
  while (!done()) {
    const input = posted(logPath, Buffer.from('{"message":"between slow ones"}'));
    const { answers, ms } = await exchange(url, input, goodMsMax);
    acknowledged += receiptsIn(answers).counted;
    if (receiptsIn(answers).counted !== 1 || ms > goodMsMax) {
      offences.push(
        `a good event beside slow clients: ${answers[0]?.status} in ${Math.round(ms)} ms`,
      );
    }
    await sleep(sendEveryMs / 2);
  }
  return { acknowledged, offences };
}
