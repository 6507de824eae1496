/** 0 → 50 → 100 → 200 → 500 users with a plateau after each climb, and back to 0: where does it bend? */
import { stagedLoad } from '../load-shapes.ts';

export { ingestThenThink as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

const climbs = [0.1, 0.2, 0.4, 1].flatMap((peakShare) => [
  { timeShare: 1 / 12, peakShare },
  { timeShare: 1 / 8, peakShare },
]);

export const options = stagedLoad({
  peakVus: 500,
  startShare: 0,
  durationMs: 240_000,
  stretches: [...climbs, { timeShare: 1 / 6, peakShare: 0 }],
});
