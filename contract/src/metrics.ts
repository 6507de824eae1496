/**
 * Every series of the project, declared once. No driver here: dashboards and tests read this list too.
 * Which arm a series comes from is the scrape target's label, so no process has to know its arm.
 */

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** Which process exports it: the API of an arm, async's worker, any process of ours, or the rig. */
export type MetricOwner = 'api' | 'worker' | 'process' | 'rig';

export interface MetricSpec {
  readonly kind: MetricKind;
  readonly owner: MetricOwner;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly labels: readonly string[];
  /** Upper bounds, in the unit. */
  readonly buckets?: readonly number[];
}

type Options = Omit<MetricSpec, 'kind' | 'name' | 'labels' | 'owner'> & {
  owner?: MetricOwner;
  labels?: readonly string[];
};

const declare = (kind: MetricKind, name: string, options: Options): MetricSpec =>
  Object.freeze({ kind, name, owner: 'api', labels: [], ...options });

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
  limitedEvents: declare('counter', 'hotpath_limited_events_total', {
    unit: 'events',
    labels: ['project'],
    help: 'Refused with 429, as their project was over its rate. Each is also in hotpath_events_total as shed.',
  }),
  overflowEvents: declare('counter', 'hotpath_overflow_events_total', {
    unit: 'events',
    labels: ['project'],
    help: 'Counted under the overflow issue of their project, as it had more new issues in a minute, or more in all, than it may have. Above 0 somebody sends ever new messages.',
  }),
  ackSeconds: declare('histogram', 'hotpath_ack_seconds', {
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'From the arrival of a request to its receipt. Only acknowledged requests.',
  }),
  requestPhaseSeconds: declare('histogram', 'hotpath_request_phase_seconds', {
    unit: 'seconds',
    labels: ['phase'],
    buckets: secondsBuckets,
    help: 'Where an acknowledged single-event request spent its time: receive, validate, fingerprint, wait (for a pool connection or a batch), store, respond. The phases of a request add up to it.',
  }),
  eventLoopBusySeconds: declare('counter', 'hotpath_event_loop_busy_seconds_total', {
    owner: 'process',
    unit: 'seconds',
    help: 'Time in which the event loop did not wait. Its rate is the utilization of the one thread that runs JavaScript, 0 to 1.',
  }),
  timerDelaySeconds: declare('histogram', 'hotpath_timer_delay_seconds', {
    owner: 'process',
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'How much later than asked a timer fired: what every callback waits for the event loop.',
  }),
  inFlightEvents: declare('gauge', 'hotpath_in_flight_events', {
    unit: 'events',
    help: 'Accepted and not answered yet. A leak shows here and leaves latency clean.',
  }),
  bodyBytes: declare('gauge', 'hotpath_body_bytes', {
    owner: 'process',
    unit: 'bytes',
    help: 'Bodies of requests that are not answered yet, by the length that they announce. Bounded: over it requests are shed.',
  }),
  poolConnections: declare('gauge', 'hotpath_pool_connections', {
    owner: 'process',
    unit: 'connections',
    labels: ['state'],
    help: 'MySQL connections of this process: limit, active, idle.',
  }),
  poolPendingRequests: declare('gauge', 'hotpath_pool_pending_requests', {
    owner: 'process',
    unit: 'requests',
    help: 'Statements that wait for a connection. Above 0 the pool is the queue in front of MySQL.',
  }),
  poolWaitSeconds: declare('histogram', 'hotpath_pool_wait_seconds', {
    owner: 'process',
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
  mode: declare('gauge', 'hotpath_mode', {
    unit: 'boolean',
    labels: ['mode'],
    help: '1 for the mode of this process: normal (batches go to Redis), degraded (Redis is out, they go to the journal on local disk), recovering (the journal goes to Redis).',
  }),
  journalBytes: declare('gauge', 'hotpath_journal_bytes', {
    unit: 'bytes',
    help: 'Acknowledged batches on local disk that Redis does not have yet. 0 in normal mode.',
  }),
  journalBatches: declare('counter', 'hotpath_journal_batches_total', {
    unit: 'batches',
    labels: ['result'],
    help: 'Batches at the journal: kept (on disk, acknowledged), refused (no room or the disk failed), replayed (answered by Redis), repeated (Redis had it already), torn (its writer died before it acknowledged), damaged (files kept aside, as not all of them can be read).',
  }),
  redisDataLosses: declare('counter', 'hotpath_redis_data_losses_total', {
    unit: 'losses',
    help: 'How often Redis came back without its data: what was acknowledged and not yet in MySQL is gone.',
  }),
  firstSights: declare('counter', 'hotpath_first_sights_total', {
    unit: 'events',
    labels: ['result'],
    help: 'First sights: queued (job given to BullMQ), skipped (queue full or down: the sync inserts them).',
  }),
  firstSightsStored: declare('counter', 'hotpath_first_sights_stored_total', {
    owner: 'worker',
    unit: 'events',
    labels: ['result'],
    help: 'First sights in jobs, by end: stored, absent (the sync was faster), failed (will be tried again).',
  }),
  syncRows: declare('counter', 'hotpath_sync_rows_total', {
    owner: 'worker',
    unit: 'rows',
    help: 'Count deltas applied to MySQL.',
  }),
  syncChunks: declare('counter', 'hotpath_sync_chunks_total', {
    owner: 'worker',
    unit: 'chunks',
    labels: ['result'],
    help: 'Chunks by end: applied, repeated (found applied already), failed (tried again at the next tick).',
  }),
  syncSeconds: declare('histogram', 'hotpath_sync_seconds', {
    owner: 'worker',
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'Time of one chunk: read from Redis, transaction in MySQL, removal from Redis.',
  }),
  syncFailingSeconds: declare('gauge', 'hotpath_sync_failing_seconds', {
    owner: 'worker',
    unit: 'seconds',
    help: 'Since the first try to move counts that failed, with no success after it; 0 while counts move. They wait in Redis meanwhile.',
  }),
  backlogEvents: declare('gauge', 'hotpath_backlog_events', {
    owner: 'worker',
    unit: 'events',
    help: 'Acknowledged, not yet in MySQL. Grows while the sync lags; 0 after a drain.',
  }),
  syncLagSeconds: declare('gauge', 'hotpath_sync_lag_seconds', {
    owner: 'worker',
    unit: 'seconds',
    help: 'Since the last moment at which everything acknowledged was in MySQL; 0 while the backlog is empty.',
  }),
  jobs: declare('gauge', 'hotpath_jobs', {
    owner: 'worker',
    unit: 'jobs',
    labels: ['state'],
    help: 'First-sight jobs in BullMQ: waiting, active, delayed, failed.',
  }),
  jobWaitSeconds: declare('histogram', 'hotpath_job_wait_seconds', {
    owner: 'worker',
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'From the making of a first-sight job until a worker took it.',
  }),
  jobRunSeconds: declare('histogram', 'hotpath_job_run_seconds', {
    owner: 'worker',
    unit: 'seconds',
    buckets: secondsBuckets,
    help: 'Time a worker spent on a first-sight job, however it ended.',
  }),
  probeSeconds: declare('histogram', 'hotpath_probe_seconds', {
    owner: 'rig',
    unit: 'seconds',
    labels: ['store'],
    buckets: secondsBuckets,
    help: "The rig's own SELECT 1 to mysql and PING to redis, ten a second each on a connection of its own: a paused server leaves no trace in its exporter.",
  }),
  probeFailures: declare('counter', 'hotpath_probe_failures_total', {
    owner: 'rig',
    unit: 'probes',
    labels: ['store'],
    help: 'Probes that got an error or no answer in time, by store: mysql, redis.',
  }),
  runPhase: declare('gauge', 'hotpath_run_phase', {
    owner: 'rig',
    unit: 'boolean',
    labels: ['run', 'block', 'arm', 'scenario', 'phase'],
    help: '1 while the rig is in this phase of a run: starting, warm-up, measuring, draining.',
  }),
  storedEvents: declare('gauge', 'hotpath_stored_events', {
    owner: 'rig',
    unit: 'events',
    labels: ['arm'],
    help: 'Sum of the counts in MySQL, read by the rig once a second.',
  }),
} as const satisfies Record<string, MetricSpec>;
