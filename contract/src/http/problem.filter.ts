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
import { countOutcome, outcomeOf } from './event-outcomes.js';

/** Fastify's own refusals, by code: https://fastify.dev/docs/latest/Reference/Errors/ */
const fastifyProblems: Record<string, readonly [ProblemKind, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    problems.bodyTooLarge,
    `No body here may be larger than ${batchBodyBytesMax} bytes.`,
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    problems.wrongContentType,
    'Send the header Content-Type: application/json.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [problems.invalidJson, 'The body is empty.'],
};

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const code = (thrown as { code?: unknown } | null)?.code;
  const known = typeof code === 'string' ? fastifyProblems[code] : undefined;
  if (known) return new Problem(...known);
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  if (status === 404) return new Problem(problems.notFound, 'See /openapi.json for what there is.');
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
    if (request.method === 'POST') countOutcome(outcomeOf(problem));
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    if (problem.retryAfterSeconds) reply.header('retry-after', String(problem.retryAfterSeconds));
    if (problem.kind === problems.draining) reply.header('connection', 'close');
    reply.code(problem.kind.status).type('application/problem+json').send(problem.body());
  }
}
