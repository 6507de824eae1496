import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { environment } from '../config.js';
import type { RigDirectory } from './rig-directory.js';
import { RigError } from './rig-error.js';
import { killGroup } from './rig-sweep.js';
import { waitUntil } from './wait.js';

const killMsMax = 5_000;
const logTailLines = 25;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RigProcess {
  readonly name: string;
  readonly pid: number;
  /** Where it serves; null when it serves nobody. */
  readonly url: string | null;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  /** Sends the signal; after SIGKILL and SIGTERM resolves once the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM; SIGKILL when it has not ended in time. Resolves once it is gone, to how it went. */
  stop(): Promise<Exit>;
}

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All of the environment, beside PATH and the like: nothing of ours may change what is measured. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * Asked again and again until it gives the URL, or null for none. It must prove that the answer
   * comes from this very process: another server may sit on the port.
   */
  readonly ready: (started: {
    pid: number;
    log: () => string;
  }) => Promise<string | null | undefined> | string | null | undefined;
  /** True for a program that does its work and ends: then its end is no death. */
  readonly endsByItself?: boolean;
  readonly startMsMax: number;
  readonly stopMsMax: number;
}

/** Starts the program in a process group of its own, logging into the rig's directory. */
export async function startProcess(directory: RigDirectory, launch: Launch): Promise<RigProcess> {
  const started = spawnLogged(directory, launch);
  const log = () => readFileSync(started.logFile, 'utf8');
  try {
    const url = await waitUntil(
      async () => {
        if (!started.running && launch.endsByItself !== true)
          throw new RigError(`${launch.name} ended before it was ready`);
        return await launch.ready({ pid: started.pid, log });
      },
      { withinMs: launch.startMsMax, until: `${launch.name} is ready` },
    );
    started.url = url;
    started.watched = launch.endsByItself !== true;
    return started;
  } catch (error) {
    await started.kill('SIGKILL');
    throw new RigError(
      `${(error as Error).message}. The end of ${started.logFile}:\n${tail(log())}`,
      {
        cause: error,
      },
    );
  }
}

function spawnLogged(directory: RigDirectory, launch: Launch): RunningProcess {
  directory.assertOpen();
  const logFile = directory.newLogFile(launch.name);
  // The file, not a pipe: it costs us no CPU while measuring, and no child blocks on a full one.
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.cwd,
      env: { ...environment.forChildren, ...launch.env },
      stdio: ['ignore', log, log],
      detached: true, // own group: Ctrl-C on the terminal reaches us alone, and we stop them in order
    });
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', () => {}); // the sentence below says it
      throw new RigError(`${launch.command} can't be started`);
    }
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const started = new RunningProcess(launch, pid, logFile, exited, directory);
    directory.adopt(started);
    return started;
  } finally {
    closeSync(log);
  }
}

class RunningProcess implements RigProcess {
  readonly name: string;
  url: string | null = null;
  running = true;
  /** From readiness on: an earlier end is the start's own failure. */
  watched = false;
  private askedToEnd = false;

  constructor(
    private readonly launch: Launch,
    readonly pid: number,
    readonly logFile: string,
    readonly exited: Promise<Exit>,
    directory: RigDirectory,
  ) {
    this.name = launch.name;
    void exited.then((exit) => {
      this.running = false;
      killGroup(pid); // what it started itself does not outlive it
      directory.release(pid);
      if (this.watched && !this.askedToEnd) {
        directory.reportDeath({ name: this.name, pid, ...exit, atMs: Date.now() });
      }
    });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const ends = signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT';
    if (ends) this.askedToEnd = true;
    if (!this.running) return;
    process.kill(signal === 'SIGKILL' ? -this.pid : this.pid, signal);
    if (signal === 'SIGKILL') await this.goneWithin(killMsMax);
    else if (ends) await this.goneWithin(this.launch.stopMsMax);
  }

  async stop(): Promise<Exit> {
    try {
      await this.kill('SIGTERM');
    } catch {
      // Frozen by SIGSTOP, or deaf. The exit below tells: its signal is then SIGKILL.
      await this.kill('SIGKILL');
    }
    return this.exited;
  }

  private async goneWithin(withinMs: number): Promise<void> {
    const until = `${this.name} (pid ${this.pid}) has ended`;
    await waitUntil(() => !this.running, { withinMs, everyMs: 5, until });
  }
}

/**
 * Runs a program that does its work and ends.
 * @throws {RigError} with the end of its output, when it fails or takes longer than its stopMsMax
 */
export async function runToEnd(
  directory: RigDirectory,
  launch: Omit<Launch, 'ready' | 'endsByItself' | 'startMsMax' | 'stopMsMax'> & { msMax: number },
): Promise<void> {
  const { msMax, ...rest } = launch;
  const timing = { startMsMax: msMax, stopMsMax: 1_000 };
  const process = await startProcess(directory, {
    ...{ ...rest, ...timing, endsByItself: true },
    ready: () => null,
  });
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    void process.kill('SIGKILL');
  }, msMax);
  const { code, signal } = await process.exited;
  clearTimeout(limit);
  if (code === 0) return;
  const how = late ? `took longer than ${msMax} ms` : `ended with ${signal ?? code}`;
  const log = tail(readFileSync(process.logFile, 'utf8'));
  throw new RigError(`${launch.name} ${how}. The end of ${process.logFile}:\n${log}`);
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-logTailLines).join('\n');
}
