import { countText, figureText, shareText } from '../number-text.js';
import { validityLimits } from '../run/checks.js';
import type { CapacityArm, CapacityStep } from './capacity-record.js';

/** Below it a host is full: whatever breaks then, breaks for want of CPU, the generator's share included. */
const fullIdleShare = 0.1;

interface Searched {
  readonly steps: readonly CapacityStep[];
  readonly heldPerSecond: number | null;
  readonly brokenPerSecond: number | null;
  /** The most that the floor held; null: this is the floor. */
  readonly ceilingPerSecond: number | null;
}

export function limitOf(searched: Searched): CapacityArm['limitedBy'] {
  const { heldPerSecond, brokenPerSecond, ceilingPerSecond } = searched;
  if (heldPerSecond === null) return 'nothing held';
  // Of the floor every limit is that of the generator and the HTTP that all arms have.
  return ceilingPerSecond === null || brokenPerSecond === null ? 'generator' : 'service level';
}

/** What a reader must know of the figures. */
export function notesOf(searched: Searched): string[] {
  return [...limitNotes(searched), ...fullNotes(searched), ...disturbedNotes(searched)];
}

function limitNotes({ heldPerSecond, brokenPerSecond, ceilingPerSecond }: Searched): string[] {
  if (heldPerSecond === null) return ['The service level held at no rate that was tried.'];
  if (ceilingPerSecond === null) {
    return [
      `What k6 and HTTP alone carry on this box: the generator's limit. No arm is asked for more than ` +
        `${countText(heldPerSecond)} arrivals a second.`,
    ];
  }
  if (brokenPerSecond !== null) return [];
  return [
    `It held the ${countText(heldPerSecond)} arrivals a second that the floor held: the limit is the ` +
      `generator's, not the arm's, whose own was not seen.`,
  ];
}

function fullNotes({ steps, brokenPerSecond, ceilingPerSecond }: Searched): string[] {
  const broken = steps.findLast(({ offeredPerSecond }) => offeredPerSecond === brokenPerSecond);
  if (broken === undefined || ceilingPerSecond === null || broken.idleShare >= fullIdleShare) {
    return [];
  }
  return [
    `Where it broke the host was ${shareText(broken.idleShare)} idle, and k6 itself took ` +
      `${figureText(broken.cores.k6 ?? 0)} cores: with the generator elsewhere it would hold more.`,
  ];
}

function disturbedNotes({ steps, heldPerSecond, brokenPerSecond }: Searched): string[] {
  const { othersCoresMax } = validityLimits;
  const deciding = steps.filter(
    ({ offeredPerSecond: rate }) => rate === heldPerSecond || rate === brokenPerSecond,
  );
  const most = Math.max(0, ...deciding.map(({ othersCores }) => othersCores));
  if (most <= othersCoresMax) return [];
  return [
    `Others kept ${figureText(most)} cores busy in the steps that decided, over the ` +
      `${figureText(othersCoresMax)} allowed: the figures are too low.`,
  ];
}
