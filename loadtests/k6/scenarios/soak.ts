/** Open model: half an hour of arrivals at half of what async carries on a usual box. What grows: memory, backlog, keys? */
import { openLoad } from '../load-shapes.ts';

export { connect } from '../connect.ts';
export { ingest as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = openLoad({ rate: 600, durationMs: 30 * 60_000 });
