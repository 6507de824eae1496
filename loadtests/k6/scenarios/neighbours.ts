/**
 * Three projects with the same rate (HOTPATH_RATE, keys in HOTPATH_KEYS): one sends ten times as much, the
 * others four fifths of it. What they are refused, and how long they wait, must not show that there is a first.
 */
import { env } from '../env.ts';
import { send, senderOf } from '../ingest.ts';
import { neighbourLoad } from '../load-shapes.ts';

export { connect } from '../connect.ts';
export { handleSummary } from '../summary.ts';

const [flooding, left, right] = ['flooder', 'left', 'right'].map((name, i) =>
  senderOf(env.keys[i], `${name} `),
);

export const flooder = () => flooding && send(flooding);
const leftPart = () => left && send(left);
const rightPart = () => right && send(right);

export { leftPart as left, rightPart as right };

export const options = neighbourLoad({ rate: 100, durationMs: 20_000, quietShare: 0.8 }, [
  'flooder',
  'left',
  'right',
]);
