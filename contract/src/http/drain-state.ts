import { Injectable } from '@nestjs/common';

/** What SIGTERM sets, one after the other; the ingest path and readiness look at it. */
@Injectable()
export class DrainState {
  /** No longer ready, and serving until whoever sends traffic has seen that. */
  leaving = false;
  /** Refuses what comes now. */
  draining = false;
}
