/** `npm run generate`: writes docs/metrics.md. */
import { writeFileSync } from 'node:fs';
import { metrics } from './metrics.js';
import { metricsPage } from './metrics-page.js';
import { nodeMetrics } from './node-metrics.js';

const page = new URL('../../docs/metrics.md', import.meta.url);
writeFileSync(page, metricsPage(Object.values(metrics), await nodeMetrics()));
