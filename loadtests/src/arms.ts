/** The arms: their names, what each keeps where, and the order in which the ladder climbs. Imports nothing. */

export const armNames = [
  'floor',
  'floor-batched',
  'floor-durable',
  'naive',
  'upsert',
  'group-commit',
  'async',
] as const;
export type ArmName = (typeof armNames)[number];

/** From the question to the answer; each arm changes one thing in the one before it. */
export const ladder = ['naive', 'upsert', 'group-commit', 'async'] as const;

export interface ArmTraits {
  readonly keepsIn: readonly ('mysql' | 'redis')[];
  /** Every acknowledged event is counted exactly once, so its ledger must close. */
  readonly exact: boolean;
}

export const armTraits: Readonly<Record<ArmName, ArmTraits>> = {
  floor: { keepsIn: [], exact: false },
  'floor-batched': { keepsIn: [], exact: false },
  // A mark of each batch, and no event.
  'floor-durable': { keepsIn: ['redis'], exact: false },
  naive: { keepsIn: ['mysql'], exact: false },
  upsert: { keepsIn: ['mysql'], exact: true },
  'group-commit': { keepsIn: ['mysql'], exact: true },
  async: { keepsIn: ['mysql', 'redis'], exact: true },
};

export function storesEvents(arm: ArmName): boolean {
  return armTraits[arm].keepsIn.includes('mysql');
}
