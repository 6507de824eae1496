/** What a statement's failure says of the event that it carried. No driver here: codes tell failures apart. */
import { Problem, problems } from '../problems.js';

/** MySQL answered that it did nothing: read-only, or no room. */
const refused = new Map([
  ['ER_OPTION_PREVENTS_STATEMENT', 'MySQL takes no writes now.'],
  ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'MySQL takes no writes now.'],
  ['ER_READ_ONLY_MODE', 'MySQL takes no writes now.'],
  ['ER_DISK_FULL', 'MySQL has no room on its disk.'],
  ['ER_RECORD_FILE_FULL', 'MySQL has no room on its disk.'],
  ['ER_ERROR_ON_WRITE', 'MySQL has no room on its disk.'],
]);

/** The connection ended, or MySQL was too slow: it may have done it or not. */
const unanswered =
  /^(PROTOCOL_SEQUENCE_TIMEOUT|PROTOCOL_CONNECTION_LOST|ECONNRESET|EPIPE|ETIMEDOUT|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED)$/;
const neverSent = /in closed state$/;
/** Statements after which nothing is stored, answered or not. */
const changesNothing = /^\s*(SELECT|START|SET|ROLLBACK)\b/i;

/** 503 when nothing was stored for certain, 504 when nobody knows; null for anything that is no outage. */
export function refusalOf(cause: unknown): Problem | null {
  const { code = '', message = '', query = '' } = (cause ?? {}) as Failure;
  const commit = /^\s*COMMIT\b/i.test(query);
  const detail = refused.get(code);
  if (detail && !commit)
    return new Problem(problems.storeUnavailable, detail, undefined, { cause });
  if (neverSent.test(message) || (unanswered.test(code) && changesNothing.test(query))) {
    return new Problem(problems.storeUnavailable, 'MySQL does not answer.', undefined, { cause });
  }
  if (!detail && !unanswered.test(code)) return null;
  const unknown = 'MySQL did not say whether it stored the event.';
  return new Problem(problems.outcomeUnknown, unknown, undefined, { cause });
}

interface Failure {
  readonly code?: string;
  readonly message?: string;
  /** The statement, where TypeORM has one. */
  readonly query?: string;
}
