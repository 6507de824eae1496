import { Redis } from 'ioredis';

const askMsMax = 5_000;
const scanKeys = 1_000;
/** Far above what an arm has, some hundred with its queue full: jobs and a few big ones. */
const keysMax = 10_000;

/**
 * What grows on purpose: an event id is kept for one to two windows of 10 minutes, so a load fills them for 20;
 * and a known issue is kept for good, as its row in MySQL is.
 */
const keptOnPurpose = ['{hotpath}:ids:new', '{hotpath}:ids:old', '{hotpath}:known'];

/** Asks a Redis again and again, over one connection. */
export class RedisData {
  private readonly client: Redis;

  constructor(url: string) {
    this.client = new Redis(url, {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      connectTimeout: askMsMax,
      commandTimeout: askMsMax,
      retryStrategy: () => null,
    });
    this.client.on('error', () => {}); // the rejected promises say it
  }

  /**
   * Bytes of all keys but those that are kept on purpose. Not used_memory less these: Redis takes an entry for
   * 24 B where the allocator gives 32, which is megabytes of ids. Rejects when it does not answer within 5 s.
   */
  async besideKept(): Promise<number> {
    if (this.client.status === 'wait') await this.client.connect();
    const keys = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await this.client.scan(cursor, 'COUNT', scanKeys);
      for (const key of found) keys.add(key);
      cursor = next;
    } while (cursor !== '0' && keys.size < keysMax);
    const others = [...keys].filter((key) => !keptOnPurpose.includes(key));
    const bytes = await Promise.all(others.map((key) => this.client.memory('USAGE', key)));
    return bytes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  }

  close(): void {
    this.client.disconnect();
  }
}
