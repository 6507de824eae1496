/** One request of the validation table and the answer that every arm gives to it. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { FieldError } from '@hotpath/contract/problems';

export interface Expected {
  readonly status: number;
  /** Of the problem. */
  readonly code?: string;
  /** Of the problem; exactly these. */
  readonly errors?: readonly FieldError[];
  /** Of the receipt; exactly these. */
  readonly truncated?: readonly string[];
  /** What the read API shows of the issue; more than this is not looked at. */
  readonly shown?: Readonly<Record<string, unknown>>;
}

export interface Case {
  readonly name: string;
  readonly body: string | Buffer;
  readonly path?: string;
  /** Instead of the JSON content type. */
  readonly headers?: OutgoingHttpHeaders;
  readonly chunked?: boolean;
  readonly expected: Expected;
}

type How = Pick<Case, 'path' | 'headers' | 'chunked'>;

/** Taken; whatever follows is what the read API then shows. */
export const accepts = (
  name: string,
  body: unknown,
  shown?: Expected['shown'],
  { truncated, ...how }: How & { truncated?: readonly string[] } = {},
): Case => ({
  name,
  body: bytesOf(body),
  ...how,
  expected: { status: 200, ...(shown && { shown }), ...(truncated && { truncated }) },
});

/** Refused for one field, or for several. */
export const refuses = (name: string, body: unknown, ...errors: [string, string][]): Case => ({
  name,
  body: bytesOf(body),
  expected: {
    status: 400,
    code: 'HP_INVALID_EVENT',
    errors: errors.map(([field, reason]) => ({ field, reason })),
  },
});

/** Refused before anybody looks at fields. */
export const refusesBody = (
  name: string,
  [status, code]: readonly [number, string],
  body: string | Buffer,
  how: How = {},
): Case => ({ name, body, ...how, expected: { status, code } });

const bytesOf = (body: unknown): string | Buffer =>
  typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
