import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PageService {
  readonly url: string;
  /** Requests for the page so far. */
  asked(): number;
  close(): void;
}

/** A real HTTP server with nothing but a /metrics page, which the test writes; null: it does not answer. */
export async function pageService(page: () => string | null): Promise<PageService> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    const text = page();
    if (text !== null) response.end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface PageFigures {
  readonly counted?: number;
  readonly failed?: number;
  readonly shed?: number;
  /** Acknowledged within 10 ms and within 20 ms; the rest took longer. */
  readonly within?: readonly [number, number, number];
  readonly cpuSeconds?: number;
  readonly startSeconds?: number;
  readonly pool?: readonly [active: number, limit: number, waiting: number];
  readonly backlog?: number;
}

/** A page as the services write it. */
export function pageOf(figures: PageFigures): string {
  const { counted = 0, failed = 0, shed = 0, within, pool, backlog } = figures;
  const lines = [
    `process_cpu_seconds_total ${figures.cpuSeconds ?? 0}`,
    `process_start_time_seconds ${figures.startSeconds ?? 1_795_000_000}`,
    `hotpath_events_total{outcome="counted"} ${counted}`,
    'hotpath_events_total{outcome="duplicate"} 0',
    'hotpath_events_total{outcome="rejected"} 0',
    `hotpath_events_total{outcome="shed"} ${shed}`,
    `hotpath_events_total{outcome="failed"} ${failed}`,
    ...(within === undefined
      ? []
      : ['0.01', '0.02', '+Inf'].map(
          (bound, i) => `hotpath_ack_seconds_bucket{le="${bound}"} ${within[i]}`,
        )),
    ...(pool === undefined
      ? []
      : [
          `hotpath_pool_connections{state="active"} ${pool[0]}`,
          `hotpath_pool_connections{state="limit"} ${pool[1]}`,
          `hotpath_pool_pending_requests ${pool[2]}`,
        ]),
    ...(backlog === undefined ? [] : [`hotpath_backlog_events ${backlog}`]),
  ];
  return `# HELP hotpath_events_total Events by fate\n${lines.join('\n')}\n`;
}
