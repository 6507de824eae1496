import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { environment } from './config.js';
import { exitCodes } from './exit-codes.js';
import { describeFlags, manyFlag, parseFlags, refuse, valueFlag, wholeNumber } from './flags.js';
import { RigError } from './rig/rig-error.js';
import { studyRigDirectory } from './rig/rig-paths.js';
import { standingRigDirectory } from './rig/standing-rig.js';
import { LiveView, PlainView, type View } from './watch/views.js';
import { type Watched, watchedRig, watchedServices } from './watch/watched.js';

/** Without it the first lines of a log would be seconds without a rate. */
const firstLookMs = 1_000;

const watchFlags = {
  url: manyFlag(
    '[NAME=]URL',
    'watch this running service instead of a rig; again for more, one NAME for the processes of an arm',
    z.string(),
  ),
  dir: valueFlag('DIR', 'the rig in this directory', z.string().min(1, 'takes a directory')),
  seconds: valueFlag('S', 'end after this long (with Ctrl-C)', wholeNumber(1, 86_400)),
};

export const watchUsage = `./hotpath watch [flags]
  Both arms of the rig that is up (./hotpath rig up), or of the study or run under way, once a second:
  rate, p95, failures, backlog, pool, CPU. Elsewhere than on a terminal: lines, every five seconds.
  Asking costs a service up to 2 ms; a study asks once a second itself, so one that is watched is asked twice.
${describeFlags(watchFlags)}`;

interface WatchConfig {
  /** Empty: a rig is watched. */
  readonly services: readonly { readonly name: string; readonly url: string }[];
  /** Where a rig is looked for. */
  readonly directories: readonly string[];
  /** Null: until Ctrl-C. */
  readonly seconds: number | null;
}

/** @throws {UsageError} naming every bad flag */
export function parseWatchConfig(argv: readonly string[]): WatchConfig {
  const { values, positionals } = parseFlags(watchFlags, argv);
  const { url: urls, dir, seconds = null } = values;
  refuse(positionals.length > 0, `watch takes flags only, not '${positionals[0]}'`);
  refuse(urls.length > 0 && dir !== undefined, 'watch takes --url or --dir, not both');
  const directories =
    dir === undefined ? [standingRigDirectory, studyRigDirectory] : [resolve(dir)];
  return { services: namedServices(urls), directories, seconds };
}

function namedServices(texts: readonly string[]): WatchConfig['services'] {
  const services = texts.map((text) => {
    const [, name = '', url = ''] = /^(?:([\w.-]+)=)?(.*)$/.exec(text) ?? [];
    refuse(!isHttpUrl(url), `--url takes http://… or NAME=http://…, not '${text}'`);
    return { name, url: url.replace(/\/+$/, '') };
  });
  const hosts = new Set(services.map(({ url }) => new URL(url).hostname));
  const nameOf = (url: URL) => (hosts.size > 1 ? url.host : `:${url.port || url.protocol}`);
  return services.map(({ name, url }) => ({ name: name || nameOf(new URL(url)), url }));
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/**
 * Shows what the arms do until the time is up, the rig has ended or the signal is aborted.
 * @throws {RigError} when there is nothing to watch
 */
export async function watch(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { services, directories, seconds } = parseWatchConfig(argv);
  const watched = services.length > 0 ? watchedServices(services) : watchedRig(directories);
  const view = viewOf(watched);
  const startMs = performance.now();
  const untilMs = seconds === null ? Number.POSITIVE_INFINITY : startMs + seconds * 1_000;
  for (let looks = 0; !signal.aborted; looks += 1) {
    const atMs = performance.now();
    const arms = watched.arms();
    await Promise.all(arms.map((arm) => arm.look()));
    if (signal.aborted) break;
    if (looks === 0 && services.length > 0 && arms.every((arm) => arm.isAway)) {
      throw new RigError(nobodyAnswers(arms.flatMap((arm) => arm.problems())));
    }
    view.show(arms, (performance.now() - startMs) / 1_000);
    if (watched.hasEnded()) console.error('What was watched has ended.');
    if (watched.hasEnded() || atMs >= untilMs) return exitCodes.ok;
    const nextMs = atMs + (looks === 0 ? firstLookMs : view.everyMs);
    await pause(Math.min(nextMs, untilMs) - performance.now(), signal);
  }
  return exitCodes.interrupted;
}

function viewOf({ place }: Watched): View {
  const { noColor, dumbTerminal, utf8 } = environment;
  const looks = { utf8, colours: !noColor };
  return process.stdout.isTTY && !dumbTerminal
    ? new LiveView(process.stdout, place, looks)
    : new PlainView(process.stdout, looks);
}

function nobodyAnswers(problems: readonly string[]): string {
  return (
    `Nothing answers:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n` +
    'Start the service, or correct --url: it takes what is in front of /metrics.'
  );
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {}); // aborted: the caller sees it
}
