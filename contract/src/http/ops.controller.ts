import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { registry } from '../instruments.js';
import { readyMsMax } from '../limits.js';
import { isLoopback } from '../loopback.js';
import { SaturationProbe } from '../ports.js';
import { Problem, problems } from '../problems.js';
import { DrainState } from './drain-state.js';
import { type SampledRequests, takeRequestSamples } from './request-samples.js';

@Controller()
export class OpsController {
  constructor(
    @Inject(SaturationProbe) private readonly probe: SaturationProbe,
    private readonly drain: DrainState,
  ) {}

  /** The process runs; says nothing of its stores, or a dead database would restart every process. */
  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Send traffic here or don't. */
  @Get('health/ready')
  async ready(): Promise<{ status: 'ready'; degraded?: string }> {
    if (this.drain.leaving) throw new Problem(problems.draining, 'This process is shutting down.');
    const missing = await within(readyMsMax, this.probe.missingStores(), [
      `every store (no answer in ${readyMsMax} ms)`,
    ]);
    if (missing.length > 0) {
      throw new Problem(problems.storeUnavailable, `Not answering: ${missing.join(', ')}.`);
    }
    const degraded = this.probe.degraded();
    return degraded ? { status: 'ready', degraded } : { status: 'ready' };
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(registry.contentType);
    return registry.metrics();
  }

  /** Durations sampled since the last call, and begins anew; for who measures on this machine, so nobody else. */
  @Post('debug/request-samples')
  @HttpCode(200)
  requestSamples(@Req() request: FastifyRequest): SampledRequests {
    if (!isLoopback(request.socket.remoteAddress)) {
      throw new Problem(problems.notFound, 'Only this machine may ask for that.');
    }
    return takeRequestSamples();
  }
}

async function within<T>(msMax: number, work: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, msMax, late);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
