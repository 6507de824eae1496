import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on. Somebody may take it before it is used: retry then. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

const portAttemptsMax = 5;

/**
 * For servers that can't choose a free port themselves and say which: tries again with another port
 * when somebody was faster.
 */
export async function withFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const portTaken = /address already in use/i.test((error as Error).message);
      if (!portTaken || attempt === portAttemptsMax) throw error;
    }
  }
}
