/** How rows are put into statements. */
import type { IngestedEvent } from '@hotpath/contract/event';
import * as limits from './limits.js';

/** Every worker locks rows in this order, so that two of them don't deadlock. */
export const inOneOrder = <T extends { fingerprint: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));

/** By their text: a server refuses a statement over `max_allowed_packet`, at every try anew. */
export function* inStatements(
  events: readonly IngestedEvent[],
): Generator<readonly IngestedEvent[]> {
  let some: IngestedEvent[] = [];
  let chars = 0;
  for (const event of events) {
    const own = event.message.length + (event.stackTrace?.length ?? 0);
    if (some.length > 0 && chars + own > limits.insertCharsMax) {
      yield some;
      [some, chars] = [[], 0];
    }
    some.push(event);
    chars += own;
  }
  if (some.length > 0) yield some;
}
