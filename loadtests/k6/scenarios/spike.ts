/** 10 users, suddenly 1,000, then 10 again: what breaks, and how long until it is as before? */
import { stagedLoad } from '../load-shapes.ts';

export { ingestThenThink as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = stagedLoad({
  peakVus: 1_000,
  startShare: 0.01,
  durationMs: 120_000,
  stretches: [
    { timeShare: 1 / 6, peakShare: 0.01 },
    { timeShare: 1 / 60, peakShare: 1 },
    { timeShare: 1 / 2, peakShare: 1 },
    { timeShare: 1 / 60, peakShare: 0.01 },
    { timeShare: 3 / 10, peakShare: 0.01 },
  ],
});
