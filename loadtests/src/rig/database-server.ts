import type { Exit, RigProcess } from './process.js';

/** A database server of the rig's own, whatever it is and wherever it runs. */
export interface DatabaseServer {
  /** Another one after restart(). */
  readonly process: RigProcess;
  stop(): Promise<Exit>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Same port, same data, whether it is running (it is stopped then) or was killed. */
  restart(): Promise<void>;
}

export class RestartableServer implements DatabaseServer {
  constructor(
    public process: RigProcess,
    /** On the port and with the data of the one that has ended. */
    private readonly startAgain: (ended: RigProcess) => Promise<RigProcess>,
  ) {}

  stop(): Promise<Exit> {
    return this.process.stop();
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    return this.process.kill(signal);
  }

  async restart(): Promise<void> {
    await this.process.stop();
    this.process = await this.startAgain(this.process);
  }
}

/** For a server on this host, which its URL names by its port. */
export const onItsPort =
  (start: (port: number) => Promise<RigProcess>) =>
  (ended: RigProcess): Promise<RigProcess> =>
    start(Number(new URL(ended.url ?? '').port));
