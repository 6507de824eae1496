import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MetricSpec, metrics } from '@hotpath/contract/metrics';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from './probes.js';

const stores: readonly Store[] = ['mysql', 'redis'];

/** What is done now, for the labels of hotpath_run_phase. */
export interface PhaseLabels {
  readonly run: string;
  readonly block: string;
  readonly arm: string;
  readonly scenario: string;
  readonly phase: string;
}

/** The series that the rig itself owns, and its page of metrics. One a rig: a test may have several. */
export class RigMetrics {
  private readonly registry = new Registry();
  private readonly seconds: Histogram;
  private readonly failures: Counter;
  private readonly runPhase: Gauge;
  private readonly storedEvents: Gauge;
  private server: Server | null = null;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    const { probeSeconds, probeFailures, runPhase, storedEvents } = metrics;
    this.seconds = new Histogram({
      ...this.shapeOf(probeSeconds),
      buckets: [...(probeSeconds.buckets ?? [])],
    });
    this.failures = new Counter(this.shapeOf(probeFailures));
    this.runPhase = new Gauge(this.shapeOf(runPhase));
    this.storedEvents = new Gauge(this.shapeOf(storedEvents));
    // From the start: a counter that appears with its first failure has no rate for it.
    for (const store of stores) this.failures.inc({ store }, 0);
  }

  probed(store: Store, seconds: number): void {
    this.seconds.observe({ store }, seconds);
  }

  probeFailed(store: Store): void {
    this.failures.inc({ store });
  }

  /** Null between runs: the series then ends. */
  enter(labels: PhaseLabels | null): void {
    this.runPhase.reset();
    if (labels !== null) this.runPhase.set({ ...labels }, 1);
  }

  /** Null: not known. */
  stored(arm: string, events: number | null): void {
    if (events === null) this.storedEvents.remove({ arm });
    else this.storedEvents.set({ arm }, events);
  }

  /** Serves them on a free port of 127.0.0.1 until close(); returns the URL. Rejects with Node's error. */
  serve(): Promise<string> {
    const server = createServer((_request, response) => {
      void this.registry.metrics().then((page) => {
        response.setHeader('content-type', this.registry.contentType);
        response.end(page);
      });
    });
    this.server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        server.unref();
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      });
    });
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private shapeOf({ name, help, labels }: MetricSpec) {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}
