import { armColours, otherColours } from '@hotpath/contract/arm-colours';
import type { RunRecord } from '../../run-record.js';

/** Colour of each column of the record: its arm's own; one that has none, or is taken, gets a free one. */
export function entryColours({ plan }: RunRecord): ReadonlyMap<string, string> {
  const known = new Map<string, string>(Object.entries(armColours));
  const taken = new Set<string>();
  const free = [...otherColours];
  return new Map(
    plan.entries.map(({ label, arm }) => {
      const own = known.get(arm);
      const colour = own === undefined || taken.has(own) ? (free.shift() ?? '#808080') : own;
      taken.add(colour);
      return [label, colour];
    }),
  );
}
