/** Schema of the settings that both arms have; an arm's config.ts hands it the environment. */
import { z } from 'zod';
import { drainMsMaxDefault } from './limits.js';

/** Digits only: coerced, a variable that was left empty would be 0, and PORT=0 is any port. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

export const url = (protocol: RegExp) =>
  z.url({ protocol, error: `must be a URL that begins with ${protocol.source}` });

/** What a process needs to listen and to stop. */
export const hostSettings = {
  /** Nothing listens beyond loopback unless asked. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port; the line `listening` on stdout says which. */
  PORT: whole(0, 65_535).default(0),
  /** From SIGTERM on it is not ready and serves this long: what a load balancer takes to see it, and to act. */
  DRAIN_GRACE_MS: whole(0, 120_000).default(0),
  /** From then to exit: no new requests, accepted ones finished. */
  DRAIN_MS_MAX: whole(100, 120_000).default(drainMsMaxDefault),
};

/** Who may write and read. */
export const projectSettings = {
  /** JSON with projects and their keys; read at the start. Without it there is one project, open to all. */
  PROJECTS_FILE: z.string().min(1).optional(),
  /** yes: serve an open project on a HOST that other machines reach, as something else keeps strangers out. */
  OPEN_BEYOND_LOOPBACK: z.enum(['yes', 'no'], 'must be yes or no').default('no'),
  /** Processes that share the load: where they share no store, each gives its part of a project's rate. */
  INSTANCES: whole(1, 1_000).default(1),
};

export const mysqlSettings = {
  /** mysql://user:password@host:port/database */
  DATABASE_URL: url(/^mysql$/),
  /** Connections to MySQL of this process. */
  POOL_SIZE: whole(1, 1_000).default(10),
};

export interface HostSettings {
  readonly HOST: string;
  readonly PORT: number;
  readonly DRAIN_GRACE_MS: number;
  readonly DRAIN_MS_MAX: number;
}

export interface MysqlSettings {
  readonly DATABASE_URL: string;
  readonly POOL_SIZE: number;
}

/**
 * Parses an environment whole and freezes the result.
 * @throws {Error} before any port opens, with every bad variable's name and never a value
 */
export function parseSettings<T extends z.ZodObject>(
  schema: T,
  environment: unknown,
): Readonly<z.infer<T>> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.')}: ${issue.message.replace(/received .*/, '')}`,
  );
  throw new Error(`Bad settings in the environment:\n${lines.join('\n')}`);
}
