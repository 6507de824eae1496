import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly eventId: string;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly path: string | undefined;
}

export interface ScriptedService {
  readonly url: string;
  /** Users that opened their connection before the load. */
  connected(): number;
  /** Events that came over a connection that no user had opened before. */
  unconnected(): number;
  readonly received: Received[];
  close(): void;
}

/** A real HTTP server that answers as the test says; by not answering, too. */
export async function scriptedService(
  answer: (received: Received, response: ServerResponse, request: IncomingMessage) => void,
): Promise<ScriptedService> {
  const received: Received[] = [];
  const opened = new Set<Socket>();
  let unconnected = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      opened.add(request.socket);
      return void response.end();
    }
    if (!opened.has(request.socket)) unconnected++;
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const event = {
        eventId: (JSON.parse(body) as { eventId: string }).eventId,
        ...{ body, contentType: request.headers['content-type'], path: request.url },
      };
      received.push(event);
      answer(event, response, request);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connected: () => opened.size,
    unconnected: () => unconnected,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A receipt in the pair's envelope. */
export function receipt(status: string): string {
  const data = { status, fingerprint: '0'.repeat(64) };
  return JSON.stringify({ success: true, data, timestamp: '2026-01-01T00:00:00.000Z' });
}
