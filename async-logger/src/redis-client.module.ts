/** How this arm's processes reach Redis: every bound of ioredis written at the call. */
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { failFast } from './counter.store.js';
import * as limits from './limits.js';

export type ClientKind = 'ingest' | 'announce' | 'sync' | 'jobs';

const options: Record<ClientKind, RedisOptions> = {
  ingest: { ...failFast, socketTimeout: limits.redisSilenceMsMax },
  announce: { ...failFast, socketTimeout: limits.redisSilenceMsMax },
  sync: {
    ...failFast,
    commandTimeout: limits.workerAnswerMsMax,
    socketTimeout: limits.workerSilenceMsMax,
  },
  // BullMQ's blocking client: it waits for jobs as long as it takes, and demands this of ioredis.
  jobs: {
    maxRetriesPerRequest: null,
    retryStrategy: failFast.retryStrategy,
    socketTimeout: limits.jobsSilenceMsMax,
  },
};

/** Ready, or given up waiting after `redisBootMsMax`: then the process starts without it. */
export async function redisClient(url: string, kind: ClientKind): Promise<Redis> {
  const log = new Logger(`redis-${kind}`);
  const redis = new Redis(url, { ...options[kind], connectionName: `hotpath-${kind}` });
  let said = false;
  redis.on('error', (error: Error) => {
    if (!said) log.warn(error.message); // once an outage, not at every attempt
    said = true;
  });
  redis.on('ready', () => {
    said = false;
  });
  redis.on('close', () => forgetSilence(redis));
  await once(redis, 'ready', { signal: AbortSignal.timeout(limits.redisBootMsMax) }).catch(() => {
    log.warn(`Redis is away; trying every ${failFast.retryStrategy?.(1)} ms.`);
  });
  return redis;
}

/**
 * ioredis 5 lets the timer of a connection that has closed run on, and what it destroys then is the next, sound one:
 * https://github.com/redis/ioredis/issues/2147, mended in its version 6.
 */
function forgetSilence(redis: Redis): void {
  const client = redis as unknown as { socketTimeoutTimer: NodeJS.Timeout | undefined };
  clearTimeout(client.socketTimeoutTimer);
  client.socketTimeoutTimer = undefined;
}
