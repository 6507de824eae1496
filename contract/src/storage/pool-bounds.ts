/**
 * mysql2 waits for a connection and for an answer for ever and says nothing about it. This bounds both
 * waits and measures the first, by standing in front of `getConnection`, through which TypeORM takes every
 * connection. Where nobody answers a connect, all who wait are told so: one of them has waited for them.
 */
import { gaugeOf, histogramOf } from '../instruments.js';
import { mysqlAnswerMsMax, poolWaitMsMax } from '../limits.js';
import { metrics } from '../metrics.js';
import { type PhaseClock, phase } from '../phase-clock.js';
import { Problem, problems } from '../problems.js';

interface Connection {
  release(): void;
  destroy(): void;
  query(sql: string | object, ...rest: unknown[]): unknown;
}
type Callback = (error: Error | null, connection?: Connection) => void;

/** The parts of mysql2's pool that are used here; the underscored ones are its queues. */
export interface Mysql2Pool {
  config: { connectionLimit: number };
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number; shift(): unknown };
  getConnection(callback: Callback): void;
}

let asking: PhaseClock | null = null;

/** The wait for the connection that `ask` asks the pool for, before it returns, is this request's. */
export function askFor<T>(clock: PhaseClock, ask: () => T): T {
  asking = clock;
  try {
    return ask();
  } finally {
    asking = null;
  }
}

export interface PoolBounds {
  /** Longest wait for a connection. */
  readonly waitMsMax?: number;
  /** Longest wait for the answer to a statement; then its connection is given up with it. */
  readonly answerMsMax?: number;
}

export function boundPool(
  pool: Mysql2Pool,
  { waitMsMax = poolWaitMsMax, answerMsMax = mysqlAnswerMsMax }: PoolBounds = {},
): void {
  const waitSeconds = histogramOf(metrics.poolWaitSeconds);
  const bounded = new WeakSet<Connection>();
  const waiting = new Set<(problem: Problem) => void>();
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    const startedAt = performance.now();
    const clock = asking;
    clock?.enter(phase.wait, startedAt);
    const giveUp = (problem: Problem) => {
      clearTimeout(timer);
      waiting.delete(giveUp);
      callback(problem);
    };
    const timer = setTimeout(() => {
      const detail = `No database connection became free in ${waitMsMax} ms.`;
      giveUp(new Problem(problems.overloaded, detail));
    }, waitMsMax);
    waiting.add(giveUp);
    getConnection((error, connection) => {
      if (connection && !bounded.has(connection)) {
        boundAnswers(connection, answerMsMax);
        bounded.add(connection);
      }
      clearTimeout(timer);
      if (!waiting.delete(giveUp)) return connection?.release();
      const now = performance.now();
      clock?.enter(phase.store, now);
      waitSeconds.observe((now - startedAt) / 1_000);
      if (!error) return callback(null, connection);
      const problem = asProblem(error);
      callback(problem);
      if (!nobodyAnswers(error)) return;
      while (pool._connectionQueue.length > 0) pool._connectionQueue.shift(); // those told below
      for (const other of [...waiting]) other(problem);
    });
  };
  gaugeOf(metrics.poolConnections, () => ({
    limit: pool.config.connectionLimit,
    active: pool._allConnections.length - pool._freeConnections.length,
    idle: pool._freeConnections.length,
  }));
  gaugeOf(metrics.poolPendingRequests, () => pool._connectionQueue.length);
}

const patient = new WeakSet<object>();

/** Of a connection from the pool, for a statement like ALTER TABLE, which takes as long as the table is. */
export async function withoutAnswerBound<T>(
  connection: object,
  work: () => Promise<T>,
): Promise<T> {
  patient.add(connection);
  try {
    return await work();
  } finally {
    patient.delete(connection);
  }
}

/** A connection that owes an answer is of no use to the next: it would wait behind the same statement. */
function boundAnswers(connection: Connection, timeout: number): void {
  const query = connection.query.bind(connection);
  connection.query = (sql, ...rest) => {
    const poolsOwn = typeof rest.at(-1) !== 'function';
    if (poolsOwn || patient.has(connection)) return query(sql, ...rest);
    const done = rest.pop() as (
      error: (Error & { code?: string }) | null,
      ...rows: unknown[]
    ) => void;
    const statement = typeof sql === 'string' ? { sql, timeout } : { timeout, ...sql };
    return query(statement, ...rest, (error: Parameters<typeof done>[0], ...rows: unknown[]) => {
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
      done(error, ...rows);
    });
  };
}

/** In the words of Node and of mysql2: refused, unreachable, or no greeting in time. */
const nobodyAnswers = (error: Error) => (error as NodeJS.ErrnoException).syscall === 'connect';

/** Without a connection nothing was sent, so these failures are certain: 503, not stored. */
function asProblem(error: Error): Problem {
  const full = error.message === 'Queue limit reached.';
  const detail = full ? 'Too many requests wait for a database connection.' : 'MySQL is away.';
  return new Problem(full ? problems.overloaded : problems.storeUnavailable, detail, undefined, {
    cause: error,
  });
}
