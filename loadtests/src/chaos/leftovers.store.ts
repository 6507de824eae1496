/** Keys of Redis that hold events on their way to MySQL: none may be there after a drain. */
import { askRedis } from '../rig/redis-server.js';

export const onTheWay = ['pending', 'claimed', 'chunks', 'chunk-claims', 'samples'] as const;
const scanCount = 1_000;
const keysMax = 10_000;

/** The names of those that are there now. */
export async function leftInRedis(redisUrl: string): Promise<string[]> {
  return askRedis(redisUrl, async (client) => {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(cursor, 'COUNT', scanCount);
      for (const key of keys) {
        if (onTheWay.some((name) => key.endsWith(`:${name}`))) found.add(key);
      }
      cursor = next;
    } while (cursor !== '0' && found.size < keysMax);
    return [...found].sort();
  });
}
