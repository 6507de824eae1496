/** Open model: half an hour of arrivals at half of async's knee on a usual box. What grows: memory, backlog, keys? */
import { openLoad } from '../load-shapes.ts';

export { connect } from '../connect.ts';
export { ingest as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = openLoad({ rate: 1_000, durationMs: 30 * 60_000 });
