/** Sums over schedules. */
import { z } from 'zod';
import { type Face, faultKinds, nameOf } from './fault-kinds.js';
import type { ScheduleResult } from './perform.js';

const count = z.number().int().nonnegative();
const bites = z.object({ drawn: count, bitten: count, void: count });

/** What `./hotpath chaos` leaves on disk. */
export const chaosRecordSchema = z.object({
  version: z.literal(1),
  firstSeed: count,
  schedules: count,
  failedSeeds: z.array(count),
  events: z.object({ acknowledged: count, refused: count, unknown: count }),
  kinds: z.record(z.string(), bites),
  faces: z.record(z.string(), bites),
  missing: z.array(z.string()),
  seconds: z.number().nonnegative(),
});
export type ChaosRecord = z.infer<typeof chaosRecordSchema>;
export type Bites = z.infer<typeof bites>;

/** A kind that was drawn so often and never bit says nothing of the arm. */
const drawnMin = 3;

export class Tally {
  readonly record: ChaosRecord;

  constructor(firstSeed: number) {
    const events = { acknowledged: 0, refused: 0, unknown: 0 };
    this.record = {
      ...{ version: 1, firstSeed, schedules: 0, failedSeeds: [], events },
      ...{ kinds: {}, faces: {}, missing: [], seconds: 0 },
    };
  }

  add({ schedule, faults, told, violations, ms }: ScheduleResult): void {
    const { record } = this;
    record.schedules += 1;
    record.seconds += ms / 1_000;
    if (violations.length > 0) record.failedSeeds.push(schedule.seed);
    for (const fate of ['acknowledged', 'refused', 'unknown'] as const) {
      record.events[fate] += told.sum(fate);
    }
    for (const fault of faults) {
      note(record.kinds, fault.kind, fault.bitten);
      note(record.faces, nameOf(fault as Face), fault.bitten);
    }
  }

  /** Kinds that were tried and never bit. */
  get toothless(): string[] {
    const { kinds } = this.record;
    return faultKinds.filter((kind) => {
      const { drawn = 0, bitten = 0 } = kinds[kind] ?? {};
      return drawn >= drawnMin && bitten === 0;
    });
  }
}

function note(into: Record<string, Bites>, name: string, bitten: boolean): void {
  const counted = into[name] ?? { drawn: 0, bitten: 0, void: 0 };
  into[name] = counted;
  counted.drawn += 1;
  if (bitten) counted.bitten += 1;
  else counted.void += 1;
}
