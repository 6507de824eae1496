/** Bodies on their way in are bounded together: a body is in memory whole before anybody looks at it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { gaugeOf } from '../instruments.js';
import { batchBodyBytesMax, bodyBytesInFlightMax } from '../limits.js';
import { metrics } from '../metrics.js';
import { Problem, problems } from '../problems.js';

/** @param bytesMax of all requests that are not answered, by what their heads announce */
export function boundBodyBytes(server: FastifyInstance, bytesMax = bodyBytesInFlightMax): void {
  let inFlight = 0;
  gaugeOf(metrics.bodyBytes, () => inFlight);
  server.addHook('onRequest', (request, reply, next) => {
    const bytes = announcedBytes(request);
    if (bytes === 0) return next();
    if (inFlight + bytes > bytesMax) {
      return next(new Problem(problems.overloaded, 'Too many bytes are on their way in.'));
    }
    inFlight += bytes;
    // Answered, or its connection is gone: whatever ends it, this comes once.
    reply.raw.once('close', () => {
      inFlight -= bytes;
    });
    next();
  });
}

/** Without a length as much as any body may have. A larger one is refused as soon as that shows. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return batchBodyBytesMax;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, batchBodyBytesMax);
}
