import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface HalfOpenLink {
  /** The same URL, by way of the link. */
  readonly url: string;
  /** From now on the connections that there are carry nothing, and nobody closes them; new ones work. */
  swallow(): void;
  close(): Promise<void>;
}

/** Stands in front of a server, as a firewall that forgets connections. */
export async function halfOpenLink(to: string): Promise<HalfOpenLink> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const dead = new WeakSet<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay().on('error', () => other.destroy());
      from.on('data', (bytes) => {
        if (!dead.has(from)) other.write(bytes);
      });
      from.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    swallow: () => {
      for (const socket of sockets) dead.add(socket);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
