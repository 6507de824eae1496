import { armColours, otherColours } from '@hotpath/contract/arm-colours';

interface Entry {
  readonly label: string;
  readonly arm: string;
}

/** Colour of each column of a record: its arm's own; one that has none, or is taken, gets a free one. */
export function entryColours(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>(Object.entries(armColours));
  const taken = new Set<string>();
  const free = [...otherColours];
  return new Map(
    entries.map(({ label, arm }) => {
      const own = known.get(arm);
      const colour = own === undefined || taken.has(own) ? (free.shift() ?? '#808080') : own;
      taken.add(colour);
      return [label, colour];
    }),
  );
}
