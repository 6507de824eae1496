/** How a body becomes a value: the only content type, the size of each resource, prototype keys refused. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from 'secure-json-parse';
import { batchBodyBytesMax, bodyBytesMax } from '../limits.js';
import { Problem, problems } from '../problems.js';

export const batchPath = '/api/v1/errors/batch';

/** Of two members with one name the later counts, as JSON.parse has it (RFC 8259 leaves it open). */
export function acceptJsonBodies(server: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: batchBodyBytesMax },
    (request: FastifyRequest, body: Buffer, done) => {
      const { 'content-encoding': encoding = 'identity' } = request.headers;
      if (encoding.toLowerCase() !== 'identity') {
        // Some KiB may unpack to some GiB: a bound on what comes is none on what it becomes.
        const detail = 'Send the body as it is, without Content-Encoding.';
        return done(new Problem(problems.wrongContentType, detail));
      }
      if (request.routeOptions.url !== batchPath && body.length > bodyBytesMax) {
        const detail = `One event may take ${bodyBytesMax} bytes; this body has ${body.length}.`;
        return done(new Problem(problems.bodyTooLarge, detail));
      }
      try {
        done(null, parse(utf8.decode(body)));
      } catch (error) {
        done(asProblem(error as Error));
      }
    },
  );
}

function asProblem(error: Error): Problem {
  if (error instanceof TypeError) {
    return new Problem(problems.invalidJson, 'The body is not valid UTF-8.');
  }
  return /prototype property/.test(error.message)
    ? new Problem(
        problems.forbiddenKey,
        'The keys __proto__ and constructor.prototype are refused.',
      )
    : new Problem(problems.invalidJson, 'The body cannot be parsed as JSON.');
}
