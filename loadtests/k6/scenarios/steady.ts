/** Open model: a constant arrival rate. The comparison of p95 is made here. */
import { openLoad } from '../load-shapes.ts';

export { connect } from '../connect.ts';
export { ingest as default } from '../ingest.ts';
export { handleSummary } from '../summary.ts';

export const options = openLoad({ rate: 1_200, durationMs: 30_000 });
