import { Controller, Get, Inject, Param, Query as QueryString } from '@nestjs/common';
import { parseListQuery } from '../event.js';
import { type IssuePage, type IssueView, Query, type Summary } from '../ports.js';
import { Problem, problems } from '../problems.js';

@Controller('api/v1/errors')
export class IssuesController {
  constructor(@Inject(Query) private readonly query: Query) {}

  @Get()
  list(@QueryString() query: unknown): Promise<IssuePage> {
    return this.query.list(parseListQuery(query));
  }

  @Get('summary')
  summary(): Promise<Summary> {
    return this.query.summary();
  }

  @Get(':fingerprint')
  async find(@Param('fingerprint') fingerprint: string): Promise<IssueView> {
    const issue = /^[0-9a-f]{64}$/.test(fingerprint) ? await this.query.find(fingerprint) : null;
    if (!issue) throw new Problem(problems.notFound, 'No issue has this fingerprint.');
    return issue;
  }
}
