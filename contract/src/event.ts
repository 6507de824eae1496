/** Wire schema → IngestedEvent: the only validation there is. */
import { z } from 'zod';
import { fingerprintV1 } from './fingerprint-v1.js';
import * as limits from './limits.js';
import { type PhaseClock, phase } from './phase-clock.js';
import { type FieldError, Problem, problems } from './problems.js';
import { defaultProject } from './projects.js';

/** Cuts at a length in UTF-16 units without leaving half a surrogate pair; half pairs become U+FFFD. */
function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text.isWellFormed() ? text : text.toWellFormed();
  const head = text.slice(0, charsMax);
  return (head.isWellFormed() ? head : head.slice(0, -1)).toWellFormed();
}

const text = z.string('must be a string');
const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

export const levels = ['fatal', 'error', 'warning', 'info', 'debug'] as const;

export const eventSchema = z.object(
  {
    message: text
      .refine((message) => message.trim() !== '', 'must not be blank')
      .describe(`What went wrong. Cut after ${limits.messageCharsMax} characters.`),
    stackTrace: optional(text).describe(
      `Innermost frame first. Cut after ${limits.stackTraceCharsMax} characters.`,
    ),
    eventId: optional(
      text
        .min(1, 'must not be empty')
        .max(limits.eventIdCharsMax, `must have at most ${limits.eventIdCharsMax} characters`)
        .regex(/^[\w.:-]*$/, 'must consist of letters, digits and . _ : -'),
    ).describe('Made by the client, the same for every retry of one event.'),
    level: optional(z.enum(levels, `must be one of ${levels.join(', ')}`)),
    environment: optional(
      text.max(
        limits.environmentCharsMax,
        `must have at most ${limits.environmentCharsMax} characters`,
      ),
    ),
    release: optional(
      text.max(limits.releaseCharsMax, `must have at most ${limits.releaseCharsMax} characters`),
    ),
    occurredAt: optional(
      z.iso.datetime({ offset: true, error: 'must be an ISO 8601 date-time with a zone' }),
    ).describe('By the client. One in the future counts as the time of receipt.'),
  },
  'must be a JSON object',
);

/** One error report as received, checked, cut to size and fingerprinted. */
export interface IngestedEvent {
  readonly project: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly stackTrace: string | null;
  readonly eventId: string | null;
  readonly level: (typeof levels)[number];
  readonly environment: string | null;
  readonly release: string | null;
  /** When it happened, ms since the epoch: the client's word, but never later than its arrival. */
  readonly seenAtMs: number;
  /** Fields that were cut; empty for nearly all. */
  readonly truncated: readonly string[];
}

/** Never later than the arrival, whatever the client's clock says, and never before the epoch. */
function seenAt(occurredAt: string | null | undefined, receivedAtMs: number): number {
  if (!occurredAt) return receivedAtMs;
  return Math.max(0, Math.min(Date.parse(occurredAt), receivedAtMs));
}

const untouched: readonly string[] = Object.freeze([]);

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.slice(0, limits.problemFieldsMax).map((issue) => ({
    field: issue.path.join('.') || '(body)',
    reason: issue.message,
  }));
}

/**
 * @param clock of the request, told when validation ends
 * @param project by the request's key
 * @throws {Problem} 400, naming every bad field (at most `problemFieldsMax`)
 */
export function parseEvent(
  body: unknown,
  receivedAtMs: number,
  clock?: PhaseClock,
  project = defaultProject,
): IngestedEvent {
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error);
    const detail = errors.map(({ field, reason }) => `${field} ${reason}`).join('; ');
    throw new Problem(problems.invalidEvent, `${detail}.`, errors);
  }
  const event = parsed.data;
  const message = cut(event.message, limits.messageCharsMax);
  const stackTrace = event.stackTrace ? cut(event.stackTrace, limits.stackTraceCharsMax) : null;
  const truncated: string[] = [];
  if (event.message.length > limits.messageCharsMax) truncated.push('message');
  if (event.stackTrace && event.stackTrace.length > limits.stackTraceCharsMax) {
    truncated.push('stackTrace');
  }
  clock?.enter(phase.fingerprint);
  return {
    project,
    fingerprint: fingerprintV1({ message, stackTrace }, project),
    message,
    stackTrace,
    eventId: event.eventId ?? null,
    level: event.level ?? 'error',
    environment: event.environment?.toWellFormed() ?? null,
    release: event.release?.toWellFormed() ?? null,
    seenAtMs: seenAt(event.occurredAt, receivedAtMs),
    truncated: truncated.length ? truncated : untouched,
  };
}

export const listQuerySchema = z.object({
  sort: z.enum(['lastSeen', 'count'], 'must be lastSeen or count').default('lastSeen'),
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(limits.pageRowsMax, `must be at most ${limits.pageRowsMax}`)
    .default(limits.pageRowsDefault),
  cursor: z.string('must be given once').max(200, 'is not a cursor of this API').optional(),
  search: z
    .string('must be given once')
    .min(1, 'must not be empty')
    .max(limits.searchCharsMax, `must have at most ${limits.searchCharsMax} characters`)
    .optional(),
});

/** @throws {Problem} 400, naming every bad parameter */
export function parseListQuery(query: unknown): z.infer<typeof listQuerySchema> {
  const parsed = listQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error);
  const detail = errors.map(({ field, reason }) => `${field} ${reason}`).join('; ');
  throw new Problem(problems.invalidQuery, `${detail}.`, errors);
}
