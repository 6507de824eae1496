import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { batchEventsMax } from '../limits.js';
import { type PhaseClock, phase } from '../phase-clock.js';
import { Problem, type ProblemBody, problems } from '../problems.js';
import { countOutcome, outcomeOf } from './event-outcomes.js';
import { Intake, type Receipt } from './intake.js';
import { problemOf } from './problem.filter.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Since the arrival of the head. The events of a batch share it, so it says nothing of any of them. */
    clock: PhaseClock;
    /** Events in the body, each of which gets an outcome if all are refused at once; 1 until known. */
    events: number;
  }
}

interface Envelope<T> {
  readonly success: boolean;
  readonly data: T;
  readonly timestamp: string;
}

const envelope = <T>(success: boolean, data: T, atMs: number): Envelope<T> => ({
  success,
  data,
  timestamp: new Date(atMs).toISOString(),
});

@Controller('api/v1/errors')
export class IngestController {
  constructor(private readonly intake: Intake) {}

  @Post('log')
  @HttpCode(200)
  async log(@Body() body: unknown, @Req() request: FastifyRequest): Promise<Envelope<Receipt>> {
    const { clock } = request;
    clock.enter(phase.validate);
    const receivedAtMs = Date.now();
    this.intake.admit(1);
    const receipt = await this.intake.take(body, receivedAtMs, request);
    this.intake.observeAck(clock);
    clock.acknowledged = true;
    return envelope(true, receipt, receivedAtMs);
  }

  /** One receipt or problem an event, in the order sent; 200 if all were acknowledged, else 207. */
  @Post('batch')
  async batch(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<{ receipts: (Receipt | { problem: ProblemBody })[] }>> {
    const receivedAtMs = Date.now();
    const events = eventsOf(body, request);
    this.intake.admit(events.length);
    let refused = 0;
    // Bounded by batchEventsMax; the arm's own bound on events in flight holds on top.
    const receipts = await Promise.all(
      events.map((event) =>
        this.intake.take(event, receivedAtMs, request).catch((thrown: unknown) => {
          refused++;
          const problem = problemOf(thrown);
          countOutcome(outcomeOf(problem));
          return { problem: problem.body() };
        }),
      ),
    );
    reply.code(refused ? 207 : 200);
    if (!refused) this.intake.observeAck(request.clock);
    return envelope(refused === 0, { receipts }, receivedAtMs);
  }
}

function eventsOf(body: unknown, request: FastifyRequest): unknown[] {
  const events = (body as { events?: unknown } | null | undefined)?.events;
  if (Array.isArray(events)) request.events = Math.max(1, events.length);
  if (Array.isArray(events) && events.length >= 1 && events.length <= batchEventsMax) return events;
  const reason = `must be an array of 1 to ${batchEventsMax} events`;
  throw new Problem(problems.invalidEvent, `events ${reason}.`, [{ field: 'events', reason }]);
}
