/** Who sends under chaos: two projects without a rate, and one that wants more than its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultProject } from '@hotpath/contract/projects';
import type { RigDirectory } from '../rig/rig-directory.js';

const names = [defaultProject, 'other', 'over-its-rate'] as const;

export type ChaosProject = (typeof names)[number];

/** Of the load. Of its part, some 150 events a second, the last one may send less than half. */
const shares: Readonly<Record<ChaosProject, number>> = {
  ...{ [defaultProject]: 0.55, other: 0.3, 'over-its-rate': 0.15 },
};
const rate = { eventsPerSecond: 60, burst: 30 };

export const ingestKeyOf = (project: ChaosProject): string => `chaos-ingest-key-of-${project}`;
export const readTokenOf = (project: ChaosProject): string => `chaos-read-token-of-${project}`;

export function drawProject(draw: () => number): ChaosProject {
  let left = draw();
  for (const name of names) {
    left -= shares[name];
    if (left < 0) return name;
  }
  return defaultProject;
}

/** Writes the file that the arm's PROJECTS_FILE names. New issues are not bounded: each event here may be one. */
export function writeProjectsFile(dir: RigDirectory): string {
  const projects = names.map((name) => ({
    ...{ name, ingestKeys: [ingestKeyOf(name)], readTokens: [readTokenOf(name)] },
    ...{ newIssuesPerMinute: 1_000_000, ...(name === 'over-its-rate' && rate) },
  }));
  const path = join(dir.path, 'chaos-projects.json');
  writeFileSync(path, JSON.stringify({ projects }));
  return path;
}
