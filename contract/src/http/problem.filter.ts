/** Whatever was thrown → one problem+json answer and, on the ingest path, one counted outcome. */
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { batchBodyBytesMax } from '../limits.js';
import { Problem, type ProblemKind, problems } from '../problems.js';
import { refusalOf } from '../storage/mysql-refusals.js';
import { countOutcome, outcomeOf } from './event-outcomes.js';

/** Refusals that Fastify or Nest made before any of our code ran, by status. */
const byStatus: Record<number, readonly [ProblemKind, string]> = {
  404: [problems.notFound, 'See /openapi.json for what there is.'],
  413: [problems.bodyTooLarge, `No body here may be larger than ${batchBodyBytesMax} bytes.`],
  415: [problems.wrongContentType, 'Send the header Content-Type: application/json.'],
};

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  // Node's word for a client that left, or was cut off, before its body was here: nothing was taken. MySQL's
  // connections end with the same code, and then nobody knows.
  if (thrown instanceof Error && thrown.message === 'aborted') {
    return new Problem(problems.badRequest, 'The body ended before its length.');
  }
  const refusal = refusalOf(thrown);
  if (refusal) return refusal;
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  const known = byStatus[status];
  if (known) return new Problem(...known);
  if (status >= 400 && status < 500) {
    return new Problem(problems.badRequest, 'The request could not be read.');
  }
  const detail = 'The failure is in the log of the service.';
  return new Problem(problems.internal, detail, undefined, { cause: thrown });
}

const statusOf = (thrown: unknown) =>
  Number((thrown as { statusCode?: unknown })?.statusCode) || 500;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = problemOf(thrown);
    if (problem.kind.status >= 500 && !problem.retryAfterSeconds) {
      const { cause } = problem;
      this.log.error(cause instanceof Error ? (cause.stack ?? cause.message) : problem.message);
    }
    // Of the API only the two ingest routes take a POST; at any other address there was no event.
    if (request.method === 'POST' && request.routeOptions.url?.startsWith('/api/'))
      countOutcome(outcomeOf(problem), request.events);
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    if (problem.retryAfterSeconds) reply.header('retry-after', String(problem.retryAfterSeconds));
    if (problem.kind.status === 401) reply.header('www-authenticate', 'Bearer realm="hotpath"');
    // Fastify closes where a body may go on. With the rest of it unread the client's answer is a broken
    // pipe, and not this one; Node reads the rest and drops it, for at most requestMsMax.
    reply.removeHeader('connection');
    if (problem.kind === problems.draining) reply.header('connection', 'close');
    reply.code(problem.kind.status).type('application/problem+json').send(problem.body());
  }
}
