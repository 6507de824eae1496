import { countText, none } from '../number-text.js';
import type { CapacityArm } from './capacity-record.js';

/** Events lost and counted too often, over steps and sweep. Null: the arm stores nothing. */
function gapsOf({ storesEvents, ledger, sweep }: CapacityArm) {
  if (!storesEvents || ledger === null) return null;
  return {
    lost: ledger.lost + (sweep?.ledger?.lost ?? 0),
    surplus: ledger.surplus + (sweep?.ledger?.surplus ?? 0),
    acknowledged: ledger.acknowledged + (sweep?.ledger?.acknowledged ?? 0),
  };
}

/** Did an arm break its promise? One that makes none can't. */
export function ledgerOpen(arm: CapacityArm): boolean {
  const gaps = gapsOf(arm);
  return (
    arm.exact && gaps !== null && (gaps.lost + gaps.surplus > 0 || arm.ledger?.closed !== true)
  );
}

export function ledgerText(arm: CapacityArm): string {
  const gaps = gapsOf(arm);
  if (gaps === null) return none;
  const { lost, surplus, acknowledged } = gaps;
  if (ledgerOpen(arm)) return `OPEN: ${countText(lost)} lost, ${countText(surplus)} too many`;
  if (lost + surplus === 0) return `closed, ${countText(acknowledged)} events`;
  return `lost ${countText(lost)} of ${countText(acknowledged)}`;
}
