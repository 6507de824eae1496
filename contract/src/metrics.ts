/**
 * Every series of the project, declared once. No driver here: dashboards and tests read this list too.
 * Which arm a series comes from is the scrape target's label, so no process has to know its arm.
 */

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricSpec {
  readonly kind: MetricKind;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly labels: readonly string[];
  /** Upper bounds, in the unit. */
  readonly buckets?: readonly number[];
}

type Options = Omit<MetricSpec, 'kind' | 'name' | 'labels'> & { labels?: readonly string[] };

const declare = (kind: MetricKind, name: string, options: Options): MetricSpec =>
  Object.freeze({ kind, name, labels: [], ...options });

/** 0.25 ms to 10 s, about three a decade: an answer from memory and a wait for the pool both show. */
const secondsBuckets = [
  0.000_25, 0.000_5, 0.001, 0.002, 0.003, 0.005, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2.5,
  5, 10,
];
const eventsBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export const metrics = {
  events: declare('counter', 'hotpath_events_total', {
    unit: 'events',
    labels: ['outcome'],
    help: 'Events by fate: counted, duplicate, rejected, shed, failed. Each event is in one of them.',
  }),
  ackSeconds: declare('histogram', 'hotpath_ack_seconds', {
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'From the arrival of a request to its receipt. Only acknowledged requests.',
  }),
  inFlightEvents: declare('gauge', 'hotpath_in_flight_events', {
    unit: 'events',
    help: 'Accepted and not answered yet. A leak shows here and leaves latency clean.',
  }),
  poolConnections: declare('gauge', 'hotpath_pool_connections', {
    unit: 'connections',
    labels: ['state'],
    help: 'MySQL connections of this process: limit, active, idle.',
  }),
  poolPendingRequests: declare('gauge', 'hotpath_pool_pending_requests', {
    unit: 'requests',
    help: 'Statements that wait for a connection. Above 0 the pool is the queue in front of MySQL.',
  }),
  poolWaitSeconds: declare('histogram', 'hotpath_pool_wait_seconds', {
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'Wait for a connection, per statement or transaction.',
  }),
  storeSeconds: declare('histogram', 'hotpath_store_seconds', {
    unit: 'seconds',
    labels: ['operation'],
    buckets: secondsBuckets,
    help: 'Calls to the store on the ingest path, pool wait included. Over hotpath_ack_seconds: the share of a request spent there.',
  }),
  batchEvents: declare('histogram', 'hotpath_batch_events', {
    unit: 'events',
    buckets: eventsBuckets,
    help: 'Events that travelled in one Redis call.',
  }),
  batchResends: declare('counter', 'hotpath_batch_resends_total', {
    unit: 'batches',
    help: 'Batches sent again under the same number because their answer did not come.',
  }),
  firstSights: declare('counter', 'hotpath_first_sights_total', {
    unit: 'events',
    labels: ['result'],
    help: 'First sights: queued (job given to BullMQ), skipped (queue full or down: the sync inserts them).',
  }),
  firstSightsStored: declare('counter', 'hotpath_first_sights_stored_total', {
    unit: 'events',
    labels: ['result'],
    help: 'First sights in jobs, by end: stored, absent (the sync was faster), failed (will be tried again).',
  }),
  syncRows: declare('counter', 'hotpath_sync_rows_total', {
    unit: 'rows',
    help: 'Count deltas applied to MySQL.',
  }),
  syncChunks: declare('counter', 'hotpath_sync_chunks_total', {
    unit: 'chunks',
    labels: ['result'],
    help: 'Chunks by end: applied, repeated (found applied already), failed (tried again at the next tick).',
  }),
  syncSeconds: declare('histogram', 'hotpath_sync_seconds', {
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'Time of one chunk: read from Redis, transaction in MySQL, removal from Redis.',
  }),
  backlogEvents: declare('gauge', 'hotpath_backlog_events', {
    unit: 'events',
    help: 'Acknowledged, not yet in MySQL. Grows while the sync lags; 0 after a drain.',
  }),
  syncLagSeconds: declare('gauge', 'hotpath_sync_lag_seconds', {
    unit: 'seconds',
    help: 'Since the last moment at which everything acknowledged was in MySQL; 0 while the backlog is empty.',
  }),
} as const satisfies Record<string, MetricSpec>;
