import { createHash } from 'node:crypto';
import { randomFrom, shuffled } from '../statistics/random.js';

/** Order and seeds of one block; every arm in it sees the same events. */
export interface PlannedBlock {
  /** Counted from 1. */
  readonly number: number;
  readonly order: readonly string[];
  readonly seeds: { readonly warmUp: number; readonly measured: number };
}

/**
 * Blocks of a study from its seed alone. Orders are rows of randomised Latin squares: each arm is
 * first, second, third… equally often, so a machine that slows down while the study runs can't
 * favour the arm that chance put last. A plain shuffle of three blocks often does just that.
 */
export function planBlocks(
  seed: number,
  labels: readonly string[],
  blocks: number,
): readonly PlannedBlock[] {
  const orders: (readonly string[])[] = [];
  for (let square = 0; orders.length < blocks; square += 1) {
    orders.push(...latinSquare(labels, randomFrom(deriveSeed(seed, `order ${square}`))));
  }
  return orders.slice(0, blocks).map((order, index) => ({
    number: index + 1,
    order,
    seeds: {
      warmUp: deriveSeed(seed, `warm-up ${index + 1}`),
      measured: deriveSeed(seed, `measured ${index + 1}`),
    },
  }));
}

/** Another seed for another purpose, so that no two loads of a study send the same events. */
export function deriveSeed(seed: number, purpose: string): number {
  return createHash('sha256').update(`${seed} ${purpose}`).digest().readUInt32BE(0) >>> 1;
}

function latinSquare(labels: readonly string[], random: () => number): string[][] {
  const size = labels.length;
  const symbols = shuffled(labels, random);
  const columns = shuffled([...symbols.keys()], random);
  const rows = shuffled([...symbols.keys()], random);
  return rows.map((row) => columns.map((column) => symbols[(row + column) % size] as string));
}
