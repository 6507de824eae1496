/**
 * What can die or fail, what happens then, and what you do: the tables of docs/operations.md, and the names
 * of the tests that make it happen. A row that no test names fails the suite.
 */

export interface OutageRow {
  readonly dies: string;
  readonly happens: string;
  readonly youDo: string;
}

const row = (dies: string, happens: string, youDo: string): OutageRow =>
  Object.freeze({ dies, happens, youDo });

const nothing = 'nothing';

/** By the arm that it happens to. */
export const outages = {
  naive: {
    mysqlKilled: row(
      'MySQL is killed, and comes back with its data',
      'every event is refused with 503, at once, and not stored; readiness is 503',
      'bring MySQL back; clients send again',
    ),
    mysqlFrozen: row(
      'MySQL is frozen (a stopped machine, a hung disk)',
      'every event is refused with 503 within 10 s, the first after 5 s, later ones within 3 s',
      'end it, so that it refuses at once; then bring it back',
    ),
    mysqlReadOnly: row(
      'MySQL is read-only (a replica, an unfinished failover)',
      'every event is refused with 503 and not stored; reads are answered, readiness stays 200',
      'make it writable, or point DATABASE_URL at the one that is',
    ),
    mysqlFull: row(
      'the disk of MySQL is full',
      'new issues are refused with 503 and not stored; where InnoDB finds no room to roll back it ends its server, with 504 for what was under way, and then as killed',
      'make room, and start MySQL if it has ended itself',
    ),
  },
  async: {
    mysqlKilled: row(
      'MySQL refuses connections for 10 s, and comes back with its data',
      'every event is acknowledged within the service level and counted once when it is back; the worker is not ready, says so once, and tries again after 0.2 s at first and 5 s at most',
      'bring MySQL back, before Redis is full (see below)',
    ),
    mysqlFrozen: row(
      'MySQL is frozen (a stopped machine, a hung disk)',
      'every event is acknowledged within the service level and counted once when it is well again; the worker is not ready',
      'end it, so that it refuses at once; then bring it back',
    ),
    mysqlSlow: row(
      'MySQL is slow: every write waits',
      'every event is acknowledged within the service level; counts come when the writes are done, once',
      'watch hotpath_sync_lag_seconds; find who holds the lock',
    ),
    mysqlReadOnly: row(
      'MySQL is read-only (a replica, an unfinished failover)',
      'every event is acknowledged within the service level and counted once when it takes writes; the worker is not ready',
      'make it writable, or point DATABASE_URL of the worker at the one that is',
    ),
    mysqlFull: row(
      'the disk of MySQL is full',
      'every event is acknowledged within the service level and counted once when there is room; the worker is not ready',
      'make room, and start MySQL if it has ended itself',
    ),
    redisKilled: row(
      'Redis is killed',
      'events are acknowledged from the journal and counted once when it is back; reads are 503',
      'bring Redis back with its data, before the journal is full',
    ),
    redisFrozen: row(
      'Redis is frozen',
      'as killed; a batch that it had and did not answer for counts once all the same',
      'end it, or let it go on',
    ),
    redisSlow: row(
      'Redis takes longer than 250 ms for an answer',
      'as frozen, until it answers in time',
      'find the slow command (SLOWLOG GET)',
    ),
    redisFull: row(
      'Redis is full (maxmemory): MySQL has been away for too long',
      'events are acknowledged from the journal; the sync may still empty Redis',
      'bring MySQL back, or give Redis more memory (CONFIG SET maxmemory)',
    ),
    redisReplica: row(
      'Redis is a read-only replica',
      'as killed, until it is a primary',
      'REPLICAOF NO ONE, or point REDIS_URL at the primary',
    ),
    redisPassword: row(
      'Redis has another password',
      'as killed, until the password is right',
      'set the password in REDIS_URL and restart the API and the worker, one after the other',
    ),
    redisSilent: row(
      'the way to Redis is dead, and nobody closed the connections (a firewall, a pulled cable)',
      'events are acknowledged from the journal; the connection is given up after 3 s, so that it is normal soon after the way is open',
      nothing,
    ),
    redisEmpty: row(
      'Redis comes back without its data',
      'said in the log and in hotpath_redis_data_losses_total; what was acknowledged and not yet in MySQL is lost, but not what lies in the journal; ids sent again count again',
      'find out why; restore only as below, never Redis alone',
    ),
    journalFull: row(
      'Redis is out, and the journal is at its bound',
      'events are refused with 503 and not stored; readiness is 503; all from before are counted once',
      'bring Redis back, or raise JOURNAL_BYTES_MAX and restart the API',
    ),
    apiKilled: row(
      'the API is killed while Redis is out',
      'the next one with its JOURNAL_DIRECTORY replays what is in the journal, once',
      'start it again on the same disk',
    ),
    anyKilled: row(
      'API, worker and Redis are killed under load, in any order',
      'every acknowledged event is counted once, every refused one not at all',
      'start them again',
    ),
    allKilled: row(
      'everything is killed at once',
      'every acknowledged event is counted',
      'start everything again, the worker first (it brings the tables up to date)',
    ),
  },
} as const satisfies Record<string, Record<string, OutageRow>>;

export const outageName = ({ dies, happens }: OutageRow): string => `${dies}: ${happens}`;
