/** How a body becomes a value: the only content type, the size of each resource, prototype keys refused. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { batchBodyBytesMax, bodyBytesMax } from '../limits.js';
import { Problem, problems } from '../problems.js';

export const batchPath = '/api/v1/errors/batch';

/** Of two members with one name the later counts, as JSON.parse has it (RFC 8259 leaves it open). */
export function acceptJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: batchBodyBytesMax },
    (request: FastifyRequest, body: Buffer, done) => {
      if (request.routeOptions.url !== batchPath && body.length > bodyBytesMax) {
        const detail = `One event may take ${bodyBytesMax} bytes; this body has ${body.length}.`;
        return done(new Problem(problems.bodyTooLarge, detail));
      }
      let text: string;
      try {
        text = utf8.decode(body);
      } catch {
        return done(new Problem(problems.invalidJson, 'The body is not valid UTF-8.'));
      }
      void parse(request, text, (error, value) => done(error && asProblem(error), value));
    },
  );
}

function asProblem(error: Error): Problem {
  return /prototype property/.test(error.message)
    ? new Problem(
        problems.forbiddenKey,
        'The keys __proto__ and constructor.prototype are refused.',
      )
    : new Problem(problems.invalidJson, 'The body cannot be parsed as JSON.');
}
