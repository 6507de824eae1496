/** Closed model: 500 users with 0.1 s of think time. A slow service is asked less, which flatters it. */
import { closedLoad } from '../load-shapes.ts';

export { ingestThenThink as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = closedLoad({ vus: 500, durationMs: 30_000 });
