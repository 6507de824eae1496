/**
 * The series of others that dashboards may ask for: a name that is not here or in contract/metrics or in the
 * recording rules is refused by a test. Seen on the versions named, natively (Debian 12) and in compose.
 */

/** k6 1.1 and 2.2 by remote write; time as native histograms. `outcomes` is the script's own counter. */
export const k6 = {
  duration: 'k6_http_req_duration_seconds',
  iterations: 'k6_iterations_total',
  dropped: 'k6_dropped_iterations_total',
  outcomes: 'k6_hotpath_outcomes_total',
  users: 'k6_vus',
  usersMax: 'k6_vus_max',
} as const;

/** mysqld_exporter 0.14 on MariaDB 10.11, 0.20 on MySQL 8.4. */
export const mysql = {
  up: 'mysql_up',
  statementSeconds: 'mysql_perf_schema_events_statements_seconds_total',
  statements: 'mysql_perf_schema_events_statements_total',
  rowsExamined: 'mysql_perf_schema_events_statements_rows_examined_total',
  rowsSent: 'mysql_perf_schema_events_statements_rows_sent_total',
  rowsAffected: 'mysql_perf_schema_events_statements_rows_affected_total',
  statementErrors: 'mysql_perf_schema_events_statements_errors_total',
  fileSeconds: 'mysql_perf_schema_file_events_seconds_total',
  fileEvents: 'mysql_perf_schema_file_events_total',
  connected: 'mysql_global_status_threads_connected',
  running: 'mysql_global_status_threads_running',
  connectionsMax: 'mysql_global_variables_max_connections',
  rowLockMilliseconds: 'mysql_global_status_innodb_row_lock_time',
  rowLockWaits: 'mysql_global_status_innodb_row_lock_current_waits',
  poolReads: 'mysql_global_status_innodb_buffer_pool_reads',
  poolReadRequests: 'mysql_global_status_innodb_buffer_pool_read_requests',
  abortedConnects: 'mysql_global_status_aborted_connects',
} as const;

/** redis_exporter 1.45 on Redis 7.0, 1.91 on Valkey 9.1. */
export const redis = {
  up: 'redis_up',
  commandSeconds: 'redis_commands_duration_seconds_total',
  commands: 'redis_commands_total',
  spikeSeconds: 'redis_latency_spike_duration_seconds',
  memory: 'redis_memory_used_bytes',
  memoryMax: 'redis_memory_max_bytes',
  keys: 'redis_db_keys',
  aofBytes: 'redis_aof_current_size_bytes',
  aofRewriting: 'redis_aof_rewrite_in_progress',
  aofDelayed: 'redis_aof_delayed_fsync',
  slowlogId: 'redis_slowlog_last_id',
  evicted: 'redis_evicted_keys_total',
  rejected: 'redis_rejected_connections_total',
} as const;

/** node_exporter 1.5 and 1.12. */
export const host = {
  cpuSeconds: 'node_cpu_seconds_total',
  running: 'node_procs_running',
  cpuPressure: 'node_pressure_cpu_waiting_seconds_total',
  ioPressure: 'node_pressure_io_waiting_seconds_total',
  memoryPressure: 'node_pressure_memory_waiting_seconds_total',
  memoryAvailable: 'node_memory_MemAvailable_bytes',
  memoryTotal: 'node_memory_MemTotal_bytes',
  outOfMemoryKills: 'node_vmstat_oom_kill',
  diskBusy: 'node_disk_io_time_seconds_total',
  diskQueue: 'node_disk_io_time_weighted_seconds_total',
  flushes: 'node_disk_flush_requests_total',
  written: 'node_disk_written_bytes_total',
  received: 'node_network_receive_bytes_total',
  sent: 'node_network_transmit_bytes_total',
  receiveDrops: 'node_network_receive_drop_total',
  sendDrops: 'node_network_transmit_drop_total',
  resends: 'node_netstat_Tcp_RetransSegs',
  clock: 'node_time_seconds',
  clockOffset: 'node_timex_offset_seconds',
} as const;

/** prom-client 15.1, in every process of ours. */
export const node = {
  heapUsed: 'nodejs_heap_size_used_bytes',
  heapTotal: 'nodejs_heap_size_total_bytes',
  collectionSeconds: 'nodejs_gc_duration_seconds_sum',
  handles: 'nodejs_active_handles',
  openFiles: 'process_open_fds',
  openFilesMax: 'process_max_fds',
} as const;

/** Prometheus' own, for every target. */
export const scrape = { up: 'up', seconds: 'scrape_duration_seconds' } as const;

/** prometheus/rules/recording.yml: one name for cAdvisor's and process-exporter's. */
export const recorded = { cpuCores: 'hotpath:cpu_cores', memory: 'hotpath:memory_bytes' } as const;

export const exporterSeries: readonly string[] = [k6, mysql, redis, host, node, scrape].flatMap(
  (group) => Object.values(group),
);
