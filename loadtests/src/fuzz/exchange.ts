import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { AnswerReader, type HttpAnswer } from './answer-reader.js';
import type { Input } from './input.js';

export interface Exchange {
  readonly answers: readonly HttpAnswer[];
  /** 'answered': all that were due; 'closed': by the service; 'silent': neither, within the limit. */
  readonly end: 'answered' | 'closed' | 'silent' | 'left';
  readonly ms: number;
  /** Not null: what came is no HTTP. */
  readonly garbage: string | null;
}

/**
 * Sends an input over a connection of its own and waits for what is due, for `msMax` at most.
 * @throws {Error} Node's, when nobody listens
 */
export async function exchange(url: string, input: Input, msMax: number): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const reader = new AnswerReader(input.due);
  await new Promise<void>((resolve, reject) =>
    socket.once('connect', resolve).once('error', reject),
  );
  const ended = new Promise<Exchange['end']>((resolve) => {
    const timer = setTimeout(resolve, msMax, 'silent');
    const end = (how: Exchange['end']) => {
      clearTimeout(timer);
      resolve(how);
    };
    socket.on('data', (chunk: Buffer) => {
      reader.add(chunk);
      if (input.due.length > 0 && reader.answers.length >= input.due.length) end('answered');
    });
    // A reset after an answer is a close; one before it is judged by the answers that are missing.
    socket.on('error', () => end('closed')).on('close', () => end('closed'));
  });
  for (const bytes of input.writes) {
    if (socket.destroyed) break;
    socket.write(bytes);
    await turn(); // so that the service sees parts
  }
  if (input.ending === 'end') socket.end();
  const end = input.ending === 'reset' ? 'left' : await ended;
  // Without a reset every connection would stay for a minute, and a host has some 28,000 of them.
  socket.resetAndDestroy();
  const { answers, garbage } = reader;
  return { answers, end, ms: performance.now() - startedAt, garbage };
}
