/**
 * Event → fingerprint: sha256 over the message with its variable parts removed and, when there is a stack,
 * its innermost in-app frames without line numbers. 64 hex digits.
 * Frozen once a row holds its output: another idea of sameness is a new file, fingerprint-v2.ts.
 */
import { createHash } from 'node:crypto';

/** In-app frames that count. One is too few (a shared helper), all make every caller its own issue. */
const framesMax = 5;
/** Stack lines looked at: a recursion of 60,000 frames must not cost more than a normal stack. */
const stackLinesMax = 100;

// Order matters: a URL holds numbers, a date holds numbers, a UUID holds hex.
const variableParts: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]]+/gi, '<url>'],
  [/\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [
    /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g,
    '<date>',
  ],
  // An apostrophe inside a word opens no string: "can't read 'a', don't retry" has one string.
  [/"[^"\n]*"|(?<!\w)'[^'\n]*'(?!\w)|`[^`\n]*`/g, '<string>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  // Eight or more hex digits with at least one decimal digit: "deadbeef1", not the word "defaced".
  [/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>'],
  [/\d+(?:[.,]\d+)*/g, '<n>'],
];

/** Nothing but these characters can begin or be a variable part; most messages have one, some have none. */
const mayVary = /[0-9"'`@]|:\/\//;

function normalise(message: string): string {
  let text = message;
  if (mayVary.test(text)) {
    for (const [pattern, placeholder] of variableParts) text = text.replace(pattern, placeholder);
  }
  return text.replace(/\s+/g, ' ').trim();
}

const frame = /^\s*(?:at\s+|File\s+")/;
const notInApp =
  /node_modules|node:internal|\(node:|at node:|<anonymous>|site-packages|\/dist-packages\//;

/** Innermost first, as V8 prints them; line and column numbers go, as they move with every edit. */
function inAppFrames(stackTrace: string): string[] {
  const frames: string[] = [];
  let at = 0;
  for (let line = 0; line < stackLinesMax && at < stackTrace.length; line++) {
    const end = stackTrace.indexOf('\n', at);
    const text = stackTrace.slice(at, end === -1 ? stackTrace.length : end);
    at = end === -1 ? stackTrace.length : end + 1;
    if (!frame.test(text) || notInApp.test(text)) continue;
    frames.push(text.trim().replace(/:\d+(?::\d+)?(?=\)?$)|, line \d+/g, ''));
    if (frames.length === framesMax) break;
  }
  return frames;
}

/**
 * @param project makes it another fingerprint than that of any other project's event
 * @returns 64 lower-case hex digits; pure
 */
export function fingerprintV1(
  event: { message: string; stackTrace?: string | null },
  project = 'default',
): string {
  const hash = createHash('sha256');
  // A message never begins with a line break, so nobody can write one that passes for another project's.
  if (project !== 'default') hash.update(`\n${project}\n`);
  hash.update(normalise(event.message));
  if (event.stackTrace) for (const f of inAppFrames(event.stackTrace)) hash.update(`\n${f}`);
  return hash.digest('hex');
}
