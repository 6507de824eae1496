import { Controller, Get, Inject, Param, Query as QueryString, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parseListQuery } from '../event.js';
import { type IssuePage, type IssueView, Query, type Summary } from '../ports.js';
import { Problem, problems } from '../problems.js';

@Controller('api/v1/errors')
export class IssuesController {
  constructor(@Inject(Query) private readonly query: Query) {}

  @Get()
  list(@QueryString() query: unknown, @Req() { project }: FastifyRequest): Promise<IssuePage> {
    return this.query.list(parseListQuery(query), project);
  }

  @Get('summary')
  summary(@Req() { project }: FastifyRequest): Promise<Summary> {
    return this.query.summary(project);
  }

  @Get(':fingerprint')
  async find(
    @Param('fingerprint') fingerprint: string,
    @Req() { project }: FastifyRequest,
  ): Promise<IssueView> {
    const whole = /^[0-9a-f]{64}$/.test(fingerprint);
    const issue = whole ? await this.query.find(fingerprint, project) : null;
    if (!issue) throw new Problem(problems.notFound, 'No issue has this fingerprint.');
    return issue;
  }
}
