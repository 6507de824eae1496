/** A schedule of faults from a seed: the same seed and the same kinds give the same one. */
import { randomFrom } from '../statistics/random.js';
import type { Face, FaultKind } from './fault-kinds.js';

export interface DrawnFault extends Face {
  /** From the start of the load. */
  readonly atMs: number;
  readonly lengthMs: number;
  /** In [0, 1): what it means is the kind's own. */
  readonly strength: number;
}

export interface Schedule {
  readonly seed: number;
  /** In the order of their beginnings. */
  readonly faults: readonly DrawnFault[];
  /** The load goes on for `afterMs` when the last fault has ended. */
  readonly loadMsMin: number;
}

const loadMsMin = 2_200;
const endMsMax = 2_100;
const beginMs = { min: 150, max: 1_300 } as const;
const lengthMs = { min: 50, max: 1_500 } as const;
/** Where less would end before anything was tried: the worker, for one, works every 150 ms. */
const lengthMsMin: Partial<Readonly<Record<FaultKind, number>>> = {
  'full-disk': 300,
  'slow-fsync': 200,
  'clock-step': 200,
  reset: 200,
  stall: 200,
  'lost-answers': 300,
  lock: 200,
  second: 500,
};
/** Beside the first. */
const moreFaultsMax = 3;
/** For faults of the journal: with Redis frozen this long before and after, the journal is in use. */
const leadMs = 450;
/** Longer than the age at which a worker takes over a chunk, which is 5 s. */
const pastClaimMs = 5_800;

/**
 * @param faces those that are possible here
 * @throws {RangeError} when there is none
 */
export function drawSchedule(seed: number, faces: readonly Face[]): Schedule {
  // The first goes round with the seed, so that each is drawn by some seed of as many as there are.
  const first = faces[seed % faces.length];
  if (first === undefined) throw new RangeError('no fault is possible');
  const draw = randomFrom(seed);
  const faults = withCompanions(drawFault(first, draw));
  const more = Math.floor(draw() * (moreFaultsMax + 1));
  for (let i = 0; i < more; i++) {
    const face = faces[Math.floor(draw() * faces.length)] as Face;
    const drawn = withCompanions(drawFault(face, draw));
    if (face.target === 'worker past its claim') continue; // long: only where its turn has come
    if (!drawn.some((one) => faults.some((other) => collide(one, other)))) faults.push(...drawn);
  }
  return { seed, faults: faults.sort((a, b) => a.atMs - b.atMs), loadMsMin };
}

function drawFault(face: Face, draw: () => number): DrawnFault {
  const atMs = Math.round(beginMs.min + draw() * (beginMs.max - beginMs.min));
  // Short ones are as likely as long ones: what a moment hits is another thing than what lasts.
  const longest = Math.min(lengthMs.max, endMsMax - atMs);
  const shortest = lengthMsMin[face.kind] ?? lengthMs.min;
  const drawn = Math.round(shortest * (longest / shortest) ** draw());
  return { ...face, atMs, lengthMs: drawn, strength: draw() };
}

const usesJournal = ({ kind, target }: Face): boolean =>
  target === 'api' && (['power-cut', 'full-disk', 'slow-fsync'] as FaultKind[]).includes(kind);

/** With what must go on meanwhile for the fault to bite. */
function withCompanions(fault: DrawnFault): DrawnFault[] {
  const { kind, target, strength } = fault;
  const beside = (face: Face, atMs: number, lasting: number) => ({
    ...{ ...face, atMs, lengthMs: lasting, strength },
  });
  if (usesJournal(fault)) {
    const atMs = Math.max(fault.atMs, beginMs.min + leadMs);
    const lasting = Math.max(fault.lengthMs, leadMs);
    const frozen = { kind: 'freeze', target: 'redis' } as const;
    return [
      { ...fault, atMs, lengthMs: lasting },
      beside(frozen, atMs - leadMs, lasting + leadMs + 100),
    ];
  }
  if (kind === 'freeze' && target === 'worker past its claim') {
    // Frozen in the middle of a chunk: the table lock holds it there until it is.
    return [
      { ...fault, atMs: 900, lengthMs: pastClaimMs },
      beside({ kind: 'lock', target: 'table' }, 300, 800),
      beside({ kind: 'second', target: 'worker' }, 200, pastClaimMs + 800),
    ];
  }
  if (kind === 'clock-step' && target === 'redis') {
    // A claim that is made by the wrong clock and fails is judged by the right one.
    const answers = { kind: 'lost-answers', target: 'worker-mysql' } as const;
    const lasting = Math.max(fault.lengthMs, lengthMsMin['lost-answers'] ?? 0);
    return [{ ...fault, lengthMs: lasting }, beside(answers, fault.atMs + 20, lasting)];
  }
  return [fault];
}

/** What nobody else may lay hands on at the same time. */
function holds({ kind, target }: Face): readonly string[] {
  if (target === 'everything') return ['api', 'worker', 'redis', 'mysql'];
  if (target === 'worker past its claim') return ['worker'];
  if (kind === 'full-disk' && target === 'redis') return ['redis'];
  if (usesJournal({ kind, target })) return ['api'];
  if (['kill', 'stop', 'freeze', 'power-cut'].includes(kind)) return [target];
  if (['reset', 'stall', 'lost-answers'].includes(kind)) return [`link ${target}`];
  if (kind === 'lock') return ['lock'];
  return [`${kind} ${target}`];
}

/** A restart may take longer than the fault lasted. */
const restartMs = 1_500;

function collide(one: DrawnFault, other: DrawnFault): boolean {
  const apart =
    one.atMs + one.lengthMs + restartMs < other.atMs ||
    other.atMs + other.lengthMs + restartMs < one.atMs;
  const mine = holds(one);
  return !apart && holds(other).some((held) => mine.includes(held));
}
