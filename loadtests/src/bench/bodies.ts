/** The seeded workload as a file that wrk's script can send (bench/post-events.lua). */
import { writeFile } from 'node:fs/promises';
import { workloadBody, workloadDefaults, workloadIssue } from '../../k6/workload.js';

/** 10,000 × 1.2 KB: sent over and over, with other ids and other new issues each time. */
const windowLines = 10_000;

/** Bytes that JSON text never holds. The script puts an event id and a name of its own in their place. */
const idMark = '\u0001';
const nameMark = '\u0002';

export interface BodiesFile {
  readonly path: string;
  /** Lines, from 0, at which each load begins: the warm-up visits every known issue first. */
  readonly firstLine: { readonly warmUp: number; readonly measured: number };
}

export async function writeBodies(path: string, seed: number): Promise<BodiesFile> {
  const { issues } = workloadDefaults;
  const introduction = bodies({ ...workloadDefaults, seed, introduce: true }, issues);
  const window = bodies({ ...workloadDefaults, seed }, issues + windowLines).slice(issues);
  await writeFile(path, `${[...introduction, ...window].join('\n')}\n`);
  return { path, firstLine: { warmUp: 0, measured: issues } };
}

function bodies(options: Parameters<typeof workloadBody>[0], lines: number): string[] {
  const bodyOf = workloadBody(options);
  const issueOf = workloadIssue(options);
  return Array.from({ length: lines }, (_, index) => {
    const body = bodyOf(index).replace(/(?<="eventId":")\w{32}/, idMark);
    const name = issueOf(index);
    // A new issue's name has two words, joined by '-' in paths.
    if (!name.includes(' ')) return body;
    return body.replaceAll(name, nameMark).replaceAll(name.replace(' ', '-'), nameMark);
  });
}
