import type { Need } from './rig/ensure-programs.js';

/** Resolves to the exit code. Stops early, leaving nothing running, when the signal is aborted. */
export type Command = (argv: readonly string[], signal: AbortSignal) => Promise<number>;

export interface CommandEntry {
  /** One line for `./hotpath help`. */
  readonly help: string;
  /** Not listed: for hotpath's own use. */
  readonly hidden?: true;
  /** Made sure of before the command runs. */
  readonly needs: readonly Need[];
  /** Throws UsageError, before anything is installed or started. */
  readonly check?: (argv: readonly string[]) => Promise<unknown>;
  readonly usage: () => Promise<string>;
  readonly load: () => Promise<Command>;
}
