/** Half an hour of even load, to see what grows: memory, backlog, keys. */
import { closedLoad } from '../load-shapes.ts';

export { ingestThenThink as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = closedLoad({ vus: 100, durationMs: 30 * 60_000 });
