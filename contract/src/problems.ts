/**
 * Every refusal that the API can give (RFC 9457, Problem Details for HTTP APIs). Codes are never reused.
 * 4xx, 429 and 503 promise that nothing was stored; 500 and 504 promise nothing.
 */
import { retryAfterSeconds } from './limits.js';

export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

export interface ProblemKind {
  readonly code: `HP_${string}`;
  readonly status: number;
  readonly title: string;
  /** The same request may succeed later. */
  readonly retryable: boolean;
}

const kind = (
  code: `HP_${string}`,
  status: number,
  title: string,
  { retry = false } = {},
): ProblemKind => Object.freeze({ code, status, title, retryable: retry });

export const problems = {
  invalidJson: kind('HP_INVALID_JSON', 400, 'The body is not valid JSON.'),
  forbiddenKey: kind('HP_FORBIDDEN_KEY', 400, 'The body has a key that could poison a prototype.'),
  invalidEvent: kind('HP_INVALID_EVENT', 400, 'The event does not match the schema.'),
  invalidQuery: kind('HP_INVALID_QUERY', 400, 'The query does not match the schema.'),
  badRequest: kind('HP_BAD_REQUEST', 400, 'The request is not well-formed HTTP for this resource.'),
  noKey: kind('HP_NO_KEY', 401, 'A key of a project is needed.'),
  wrongKey: kind('HP_WRONG_KEY', 403, 'This key does not allow that.'),
  requestTooSlow: kind('HP_REQUEST_TOO_SLOW', 408, 'The request did not arrive in time.', {
    retry: true,
  }),
  headTooLarge: kind('HP_HEAD_TOO_LARGE', 431, 'The request line and header fields are too long.'),
  notFound: kind('HP_NOT_FOUND', 404, 'There is nothing at this address.'),
  bodyTooLarge: kind('HP_BODY_TOO_LARGE', 413, 'The body is larger than this resource takes.'),
  wrongContentType: kind('HP_WRONG_CONTENT_TYPE', 415, 'The body must be application/json.'),
  overRate: kind('HP_OVER_RATE', 429, 'The project sends more than its rate.', { retry: true }),
  overloaded: kind('HP_OVERLOADED', 503, 'Too much work is waiting.', { retry: true }),
  storeUnavailable: kind('HP_STORE_UNAVAILABLE', 503, 'The store does not answer.', {
    retry: true,
  }),
  draining: kind('HP_DRAINING', 503, 'This process is shutting down.', { retry: true }),
  internal: kind('HP_INTERNAL', 500, 'The service failed.', { retry: true }),
  outcomeUnknown: kind('HP_OUTCOME_UNKNOWN', 504, 'The store did not confirm in time.', {
    retry: true,
  }),
} as const satisfies Record<string, ProblemKind>;

/** What goes over the wire as application/problem+json. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors?: readonly FieldError[];
}

/** Thrown anywhere below the HTTP layer; the host turns it into the answer. */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    /** What was wrong and what to do about it; safe to show to a client. */
    readonly detail: string,
    readonly errors?: readonly FieldError[],
    private readonly options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(`${kind.code}: ${detail}`, options);
    this.name = 'Problem';
  }

  body(): ProblemBody {
    const { code, status, title, retryable } = this.kind;
    const body = { type: 'about:blank', title, status, code, detail: this.detail, retryable };
    return this.errors ? { ...body, errors: this.errors } : body;
  }

  /** Seconds for the Retry-After header, for the statuses that carry one. */
  get retryAfterSeconds(): number | undefined {
    return this.kind.status === 503 || this.kind.status === 429
      ? (this.options?.retryAfterSeconds ?? retryAfterSeconds)
      : undefined;
  }
}
