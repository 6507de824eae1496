import { Agent, request } from 'node:http';

const answerMsMax = 30_000;

export interface ClosedLoad {
  readonly requests: number;
  /** From the first byte sent to the last byte received, as a client sees it. */
  readonly meanMs: number;
  /** Mean of those between the 94th and the 96th percentile. */
  readonly bandMs: number;
}

/**
 * Posts single events over so many connections, each as soon as the one before is answered. A connection has
 * an issue of its own: the naive arm would answer 500 to one of two first sights.
 * @throws {Error} when one is not acknowledged
 */
export async function closedLoad(
  url: string,
  { connections, forMs }: { connections: number; forMs: number },
): Promise<ClosedLoad> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const endAt = performance.now() + forMs;
  const durationsMs: number[] = [];
  const client = async (connection: number) => {
    while (performance.now() < endAt) {
      const body = JSON.stringify({ message: `loss of disk ${'xy'.repeat(connection + 1)}` });
      const startedAt = performance.now();
      await post(agent, url, body);
      durationsMs.push(performance.now() - startedAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, (_, i) => client(i)));
  } finally {
    agent.destroy();
  }
  durationsMs.sort((one, other) => one - other);
  const requests = durationsMs.length;
  const band = durationsMs.slice(Math.floor(0.94 * requests), Math.ceil(0.96 * requests));
  return { requests, meanMs: meanOf(durationsMs), bandMs: meanOf(band) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function post(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL('/api/v1/errors/log', url), {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      timeout: answerMsMax,
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${answerMsMax} ms`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${response.statusCode}: ${text}`));
      });
    });
    sent.end(body);
  });
}
