/** Takes a CPU profile of an API that is running, and draws those that were taken. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ArmName, armNames } from '../arms.js';
import { checkout } from '../checkout.js';
import type { RigProcess } from '../rig/process.js';
import { waitUntil } from '../rig/wait.js';
import type { MacroSide } from './bench-record.js';
import { callTree, cpuProfileSchema, selfTimes } from './cpu-profile.js';
import { renderFlameGraph } from './flame-graph.js';
import type { ArmProfile } from './profile-text.js';

const profiler = join(checkout, 'loadtests/dist/src/bench/cpu-profiler.js');
const startMsMax = 5_000;
/** Some 10 MiB of JSON after a window of ten minutes. */
const writeMsMax = 30_000;

/** Where the profile of one arm in one round lies; standard tools read it, too. */
export class ProfileFile {
  readonly path: string;

  constructor(directory: string, arm: ArmName, round: number) {
    this.path = join(directory, `${arm}-round-${round}.cpuprofile`);
  }

  /** What its API must be started with. */
  get env(): Readonly<Record<string, string>> {
    const url = pathToFileURL(profiler);
    url.searchParams.set('to', this.path);
    return { NODE_OPTIONS: `--import=${url.href}` };
  }

  /** @throws {RigError} when the API does not begin within 5 s */
  async start(api: RigProcess): Promise<void> {
    await api.kill('SIGUSR2');
    await this.appears(`${this.path}.recording`, startMsMax);
  }

  /** @throws {RigError} when the API does not write it within 30 s */
  async stop(api: RigProcess): Promise<void> {
    await api.kill('SIGUSR2');
    await this.appears(this.path, writeMsMax);
  }

  private async appears(file: string, withinMs: number): Promise<void> {
    await waitUntil(() => existsSync(file), { withinMs, until: `${file} is written` });
  }
}

/** Draws a flame graph an arm, over all its rounds, beside the profiles. */
export async function drawProfiles(
  directory: string,
  sides: readonly MacroSide[],
): Promise<ArmProfile[]> {
  const drawn: ArmProfile[] = [];
  for (const arm of armNames) {
    const own = sides.filter((side) => side.arm === arm);
    if (own.length === 0) continue;
    const texts = await Promise.all(
      own.map(({ round }) => readFile(new ProfileFile(directory, arm, round).path, 'utf8')),
    );
    const tree = callTree(
      texts.map((text) => cpuProfileSchema.parse(JSON.parse(text))),
      checkout,
    );
    const events = own.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const file = join(directory, `${arm}.flame.html`);
    const profile = { arm, selfTimes: selfTimes(tree), events, file };
    await writeFile(file, await renderFlameGraph(tree, profile));
    drawn.push(profile);
  }
  return drawn;
}
