/**
 * mysql2's pool waits for a connection for ever and says nothing about it. This bounds the wait and
 * measures it, by standing in front of `getConnection`, through which TypeORM takes every connection.
 */
import { gaugeOf, histogramOf } from '../instruments.js';
import { poolWaitMsMax } from '../limits.js';
import { metrics } from '../metrics.js';
import { type PhaseClock, phase } from '../phase-clock.js';
import { Problem, problems } from '../problems.js';

interface Connection {
  release(): void;
}
type Callback = (error: Error | null, connection?: Connection) => void;

/** The parts of mysql2's pool that are used here; the underscored ones are its queues. */
export interface Mysql2Pool {
  config: { connectionLimit: number };
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
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

/** @param waitMsMax longest wait for a connection */
export function boundPool(pool: Mysql2Pool, waitMsMax = poolWaitMsMax): void {
  const waitSeconds = histogramOf(metrics.poolWaitSeconds);
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    const startedAt = performance.now();
    const clock = asking;
    clock?.enter(phase.wait, startedAt);
    let gaveUp = false;
    const timer = setTimeout(() => {
      gaveUp = true;
      const detail = `No database connection became free in ${waitMsMax} ms.`;
      callback(new Problem(problems.overloaded, detail));
    }, waitMsMax);
    getConnection((error, connection) => {
      clearTimeout(timer);
      if (gaveUp) return connection?.release();
      const now = performance.now();
      clock?.enter(phase.store, now);
      waitSeconds.observe((now - startedAt) / 1_000);
      callback(asProblem(error), connection);
    });
  };
  gaugeOf(metrics.poolConnections, () => ({
    limit: pool.config.connectionLimit,
    active: pool._allConnections.length - pool._freeConnections.length,
    idle: pool._freeConnections.length,
  }));
  gaugeOf(metrics.poolPendingRequests, () => pool._connectionQueue.length);
}

/** Without a connection nothing was sent, so these failures are certain: 503, not stored. */
function asProblem(error: Error | null): Error | null {
  if (!error) return null;
  const full = error.message === 'Queue limit reached.';
  const detail = full ? 'Too many requests wait for a database connection.' : 'MySQL is away.';
  return new Problem(full ? problems.overloaded : problems.storeUnavailable, detail, undefined, {
    cause: error,
  });
}
