import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkout } from '../checkout.js';
import { runToEnd } from '../rig/process.js';
import type { RigDirectory } from '../rig/rig-directory.js';
import { requireTool } from '../rig/tool-programs.js';

/** As many as the users of the scenarios `closed` and `ramp`. */
export const connectionsDefault = 500;
const answerSecondsMax = 10;
const besideLoadMsMax = 15_000;
const script = join(checkout, 'loadtests/bench/post-events.lua');

export interface WrkLoad {
  /** What its process and files are called. */
  readonly name: string;
  readonly url: string;
  readonly bodies: string;
  /** Line of the bodies to begin with, from 0. */
  readonly firstLine: number;
  readonly connections: number;
  /** Before each request of a connection, on average; 0 when left out. */
  readonly pauseMs?: number;
  /** A whole number: wrk knows no other. */
  readonly seconds: number;
}

export const wrkResultSchema = z.object({
  seconds: z.number().positive(),
  sent: z.number().int(),
  answered: z.number().int(),
  /** Answered with 400 or above. */
  refused: z.number().int(),
  /** Connects, reads and writes that failed, and answers that did not come in time. */
  socketErrors: z.number().int(),
  /** Of the generator itself. */
  cpuSeconds: z.number(),
});

/** What wrk counted. Sent and not answered: under way when its time was over, or lost with a connection. */
export type WrkResult = z.infer<typeof wrkResultSchema>;

/**
 * Users over connections that are kept: the next request leaves when the answer is there and the pause is over.
 * @throws {RigError} when wrk is missing, fails or does not end in time
 */
export async function runWrk(dir: RigDirectory, load: WrkLoad): Promise<WrkResult> {
  const { name, url, bodies, firstLine, connections, seconds, pauseMs = 0 } = load;
  const result = join(dir.directory('wrk'), `${name}.json`);
  // Unpredictable, so that two processes never send one event id.
  const tag = randomBytes(8).toString('hex');
  await runToEnd(dir, {
    name: `wrk-${name}`,
    command: requireTool('wrk'),
    args: [
      // One thread: it needs a third of a core, and the arms want the others.
      ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
      ...['--timeout', `${answerSecondsMax}s`, '--script', script, url],
      ...['--', bodies, tag, String(firstLine), result, String(pauseMs)],
    ],
    msMax: seconds * 1_000 + besideLoadMsMax,
  });
  return wrkResultSchema.parse(JSON.parse(await readFile(result, 'utf8')));
}
