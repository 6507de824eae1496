/** All dashboards, in the order in which they are read, as the files that Grafana loads. */
import { pair } from './dashboards/pair.js';
import { resources } from './dashboards/resources.js';
import { rigHealth } from './dashboards/rig-health.js';
import { soak } from './dashboards/soak.js';
import { time } from './dashboards/time.js';
import { layOut } from './layout.js';
import type { Dashboard } from './panel.js';

export const dashboards: readonly Dashboard[] = [pair, time, resources, soak, rigHealth];

/** File name → its text. */
export function dashboardFiles(): Map<string, string> {
  return new Map(
    dashboards.map((dashboard) => [
      `${dashboard.uid}.json`,
      `${JSON.stringify(layOut(dashboard), null, 2)}\n`,
    ]),
  );
}
