import { SaturationProbe } from '@hotpath/contract/ports';
import { Injectable } from '@nestjs/common';
import { IssueRepository } from './issue.repository.js';

/** The pool is the queue, and nobody looks at its length before joining it. */
@Injectable()
export class Saturation extends SaturationProbe {
  constructor(private readonly issues: IssueRepository) {
    super();
  }

  saturated(): string | null {
    return null;
  }

  async missingStores(): Promise<readonly string[]> {
    return (await this.issues.answers()) ? [] : ['MySQL'];
  }
}
