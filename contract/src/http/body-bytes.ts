/** Bodies on their way in are bounded together: a body is in memory whole before anybody looks at it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { gaugeOf } from '../instruments.js';
import { batchBodyBytesMax, bodyBytesInFlightMax, projectBodyBytesInFlightMax } from '../limits.js';
import { metrics } from '../metrics.js';
import { Problem, problems } from '../problems.js';

/** @param bytesMax of all requests that are not answered, by what their heads announce */
export function boundBodyBytes(server: FastifyInstance, bytesMax = bodyBytesInFlightMax): void {
  const all = 'all';
  const inFlight = bound(server, bytesMax, () => all, 'Too many bytes are on their way in.');
  gaugeOf(metrics.bodyBytes, () => inFlight.get(all) ?? 0);
}

/** The same for each project, once its key is known. @param bytesMax of one project's requests */
export function boundProjectBodyBytes(
  server: FastifyInstance,
  bytesMax = projectBodyBytesInFlightMax,
): void {
  const detail = 'Too many bytes of this project are on their way in.';
  bound(server, bytesMax, ({ project }) => project, detail);
}

/** @returns bytes in flight by whose they are */
function bound(
  server: FastifyInstance,
  bytesMax: number,
  whoseOf: (request: FastifyRequest) => string,
  detail: string,
): ReadonlyMap<string, number> {
  const inFlight = new Map<string, number>();
  server.addHook('onRequest', (request, reply, next) => {
    const bytes = announcedBytes(request);
    if (bytes === 0) return next();
    const whose = whoseOf(request);
    const held = inFlight.get(whose) ?? 0;
    if (held + bytes > bytesMax) return next(new Problem(problems.overloaded, detail));
    inFlight.set(whose, held + bytes);
    // Answered, or its connection is gone: whatever ends it, this comes once.
    reply.raw.once('close', () => inFlight.set(whose, (inFlight.get(whose) ?? 0) - bytes));
    next();
  });
  return inFlight;
}

/** Without a length as much as any body may have. A larger one is refused as soon as that shows. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return batchBodyBytesMax;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, batchBodyBytesMax);
}
