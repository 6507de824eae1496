/** Events to send. Words, not numbers, tell issues apart: the fingerprint takes numbers out. */
import { randomInt } from 'node:crypto';

const letters = 'ghijklmnopqrstuvwxyz'; // no hex digits, or a word could be taken for hex

/** Twelve random letters: no other test's issue has it. */
export function word(): string {
  let made = '';
  for (let i = 0; i < 12; i++) made += letters[randomInt(letters.length)];
  return made;
}

export interface Sighting {
  readonly message: string;
  readonly stackTrace?: string;
  readonly eventId?: string;
  readonly level?: string;
  readonly environment?: string;
  readonly release?: string;
  readonly occurredAt?: string;
}

export const sighting = (more: Partial<Sighting> = {}): Sighting => ({
  message: `Conformance of ${word()}`,
  ...more,
});

export const sightings = (count: number): Sighting[] =>
  Array.from({ length: count }, () => sighting());
