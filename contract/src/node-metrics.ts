/** What prom-client exports of Node by itself. */
import { collectDefaultMetrics, Registry } from 'prom-client';

export async function nodeMetrics(): Promise<{ name: string; type: string; help: string }[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map(({ name, type, help }) => ({ name, type: String(type), help }));
}
