/** What Node or Fastify refuse before a route is found: answered as everything else here is, with a problem. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerBytesMax, lingerMsMax, requestMsMax } from '../limits.js';
import { Problem, type ProblemKind, problems } from '../problems.js';

/** On every answer. No browser may take it for a page (nosniff) or keep it: what it says is true now (no-store). */
export const answerHeaders: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

const byCode: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    problems.requestTooSlow,
    `A request must arrive whole within ${requestMsMax} ms.`,
  ],
  HPE_HEADER_OVERFLOW: [
    problems.headTooLarge,
    `Request line and header fields may take ${headerBytesMax} bytes together.`,
  ],
};

/** A response that Node is about to send on a connection; it has no other way to ask for it. */
interface Answering extends Socket {
  _httpMessage?: ServerResponse | null;
}

/** What came over a connection is no request that can be read: the last answer on it, if there can be one. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  const pending = (socket as Answering)._httpMessage;
  // An earlier request of this connection is whole and not answered yet: what we say now would be taken for its
  // answer, and a 4xx promises that nothing was stored. No answer promises nothing.
  const another = pending && (pending.req.complete || pending.headersSent);
  if (error.code === 'ECONNRESET' || !socket.writable || another) {
    socket.destroy();
    return;
  }
  const [kind, detail] = byCode[error.code ?? ''] ?? [
    problems.badRequest,
    'What came over this connection is no HTTP/1.1 request.',
  ];
  const body = JSON.stringify(new Problem(kind, detail).body());
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...answerHeaders,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${kind.status} ${STATUS_CODES[kind.status]}\r\n`;
  socket.end(`${status}${lines.join('')}\r\n${body}`);
  socket.removeAllListeners('data').resume();
  setTimeout(() => socket.destroy(), lingerMsMax).unref();
}

/** A path that cannot be decoded or is too long for its parameter, of which Fastify would tell its own names. */
export function answerUnroutable(_error: Error, _request: FastifyRequest, reply: FastifyReply) {
  const problem = new Problem(problems.badRequest, 'The path is not one of a valid URL here.');
  void reply
    .headers(answerHeaders)
    .code(problem.kind.status)
    .type('application/problem+json')
    .send(problem.body());
}
