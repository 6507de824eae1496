import { Injectable } from '@nestjs/common';

/** Set once, on SIGTERM; the ingest path and readiness look at it. */
@Injectable()
export class DrainState {
  draining = false;
}
