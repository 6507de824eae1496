/**
 * What the suite knows of a service under test: processes with a URL, a database, a page of metrics.
 * The arm's test file gives it by the rig, as contract imports no sibling; the rig's types fit these.
 */

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly pid: number;
  readonly url: string | null;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  /** After SIGKILL and SIGTERM resolves once the process is gone; other signals are only sent. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export type Part = 'api' | 'worker';

export interface Service {
  readonly url: string;
  /** Another one after restart(). */
  readonly api: ServiceProcess;
  /** Null when the arm has none. */
  readonly worker: ServiceProcess | null;
  restart(part: Part): Promise<void>;
  metrics(part?: Part): Promise<ReadonlyMap<string, number>>;
  /** Waits until everything acknowledged is in MySQL. */
  drained(limit: { withinMs: number }): Promise<number>;
}

export type StoreName = 'mysql' | 'redis';

/** A database server that one test file may freeze, kill and bring back. */
export interface StoreServer {
  readonly process: ServiceProcess;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Same port, same data. */
  restart(): Promise<void>;
}

export interface Stage {
  readonly service: Service;
  /** The arm's own database, emptied before the start. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** A stage whose servers are its own. */
export interface BreakableStage extends Stage, Readonly<Record<StoreName, StoreServer>> {}

export interface StageOptions {
  /** Told apart from every other test's: it becomes the database's name. */
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type OpenStage = (options: StageOptions) => Promise<Stage>;
export type OpenBreakableStage = (options: StageOptions) => Promise<BreakableStage>;
