/**
 * What became of one request, as one letter of the raw log. Imports nothing: k6 writes it, Node reads it.
 * The letters are the event's fates of contract/outcomes, seen from the client's side of the wire.
 */
export const outcomeLetters = ['c', 'd', 'r', 's', 'f', 'u'] as const;

export type OutcomeLetter = (typeof outcomeLetters)[number];

export const outcomeNames = {
  c: 'counted',
  d: 'duplicate',
  r: 'rejected',
  s: 'shed',
  f: 'failed',
  u: 'unanswered',
} as const satisfies Record<OutcomeLetter, string>;

/**
 * `status` 0: no answer came. An answer that promises nothing (a 2xx without a receipt, a 3xx, a 5xx
 * that isn't 503) is `f`: its event may or may not be stored. A receipt is found by looking for its
 * text, which costs k6 1 µs where JSON.parse costs 10; the text is the pair's own envelope, whose
 * bytes are held by the conformance suite.
 */
export function outcomeOf(status: number, body: string): OutcomeLetter {
  if (status >= 200 && status < 300) {
    const at = body.indexOf('"status":"') + 10;
    if (body.startsWith('queued"', at) || body.startsWith('saved"', at)) return 'c';
    return body.startsWith('duplicate"', at) ? 'd' : 'f';
  }
  if (status === 0) return 'u';
  if (status === 429 || status === 503) return 's';
  return status >= 400 && status < 500 ? 'r' : 'f';
}
