import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { docker } from './compose-project.js';
import { identify, isAlive } from './proc.js';
import type { Exit, RigProcess } from './process.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';
import { waitUntil } from './wait.js';

const askMsMax = 20_000;
const killMsMax = 10_000;
/** Longer than the longest stop_grace_period of the two. */
const stopMsMax = 75_000;
const lookEveryMs = 100;

/**
 * The server itself, by the host's number: what Docker names is the init process (`init: true`), which
 * costs nothing and has one child.
 */
export function serverBelow(init: number): number {
  try {
    const [child] = readFileSync(`/proc/${init}/task/${init}/children`, 'utf8').trim().split(' ');
    if (child) return Number(child);
  } catch {
    // not this kernel's: said below
  }
  throw new RigError(
    `Docker's process ${init} is not in this machine's /proc: the engine runs in a virtual machine or ` +
      'elsewhere, and what its containers cost could not be measured. Use an engine on this very Linux.',
  );
}

/** A server in a container, as the rig sees any process. */
export class ContainerProcess implements RigProcess {
  readonly exited: Promise<Exit>;
  readonly logFile: string;
  running = true;
  private askedToEnd = false;
  private logKept = false;

  constructor(
    readonly name: string,
    private readonly id: string,
    readonly pid: number,
    readonly url: string,
    private readonly directory: RigDirectory,
  ) {
    this.logFile = directory.newLogFile(name);
    this.exited = this.awaitExit();
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    // These two stop nobody but the init process, which alone gets them. The freezer stops them all.
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') {
      await this.docker(signal === 'SIGSTOP' ? 'pause' : 'unpause', [], askMsMax);
      return;
    }
    const ends = signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT';
    if (ends) this.askedToEnd = true;
    await this.docker('kill', ['--signal', signal], killMsMax);
    if (ends) await this.goneWithin(signal === 'SIGKILL' ? killMsMax : stopMsMax);
  }

  /** SIGTERM, and SIGKILL after the compose file's stop_grace_period; a frozen one is killed at once. */
  async stop(): Promise<Exit> {
    if (this.running) {
      this.askedToEnd = true;
      await this.docker('stop', [], stopMsMax).catch(() => this.kill('SIGKILL'));
      await this.goneWithin(killMsMax);
    }
    return this.exited;
  }

  /** For when all are about to be removed. */
  async expectEnd(): Promise<void> {
    this.askedToEnd = true;
    await this.keepLog();
  }

  private docker(command: string, flags: readonly string[], msMax: number): Promise<string> {
    return docker([command, ...flags, this.id], { msMax });
  }

  private async awaitExit(): Promise<Exit> {
    const identity = identify(this.pid);
    while (identity !== null && isAlive(identity)) await soon();
    this.running = false;
    // Without a container, after close(), there is no code to be had, and nobody who asks.
    const code = await this.docker('wait', [], askMsMax).catch(() => '');
    const exit = readExit(code.trim());
    if (!this.askedToEnd) {
      this.directory.reportDeath({ name: this.name, pid: this.pid, ...exit, atMs: Date.now() });
    }
    await this.keepLog();
    return exit;
  }

  private async keepLog(): Promise<void> {
    if (this.logKept) return;
    this.logKept = true;
    const options = { msMax: askMsMax, both: true };
    const log = await docker(['logs', this.id], options).catch((error: Error) => error.message);
    writeFileSync(this.logFile, log);
  }

  private async goneWithin(withinMs: number): Promise<void> {
    const until = `${this.name} (pid ${this.pid}) has ended`;
    await waitUntil(() => !this.running, { withinMs, until });
  }
}

/** Keeps nobody awake. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookEveryMs).unref());
}

/** Docker gives 128 + n for an end by signal n, as a shell does. */
function readExit(text: string): Exit {
  const code = /^\d+$/.test(text) ? Number(text) : null;
  const ending = Object.entries(constants.signals).find(([, number]) => number + 128 === code);
  return ending === undefined
    ? { code, signal: null }
    : { code: null, signal: ending[0] as NodeJS.Signals };
}
