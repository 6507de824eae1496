import { type Dashboard, titles } from '../panel.js';
import * as host from '../panels/host.js';
import * as jobs from '../panels/jobs.js';
import * as load from '../panels/load.js';
import * as mysql from '../panels/mysql.js';
import * as pool from '../panels/pool.js';
import * as redis from '../panels/redis.js';
import * as services from '../panels/services.js';
import * as stored from '../panels/stored.js';

export const resources: Dashboard = {
  uid: 'hotpath-resources',
  title: titles['hotpath-resources'],
  description:
    'Every resource by utilization, saturation and errors (USE). The first that is saturated is the limit; those behind it only look busy.',
  next: 'hotpath-rig-health',
  rows: [
    {
      title: 'The host’s CPU and memory',
      panels: [
        host.cpu,
        host.cpuWait,
        services.cpu,
        services.memory,
        host.memory,
        host.generatorCpu,
      ],
    },
    {
      title: 'The processes: event loop, heap, files',
      panels: [services.eventLoop, services.timerDelay, services.heap, services.garbage],
    },
    { title: 'The pool of connections', panels: [pool.poolUse, pool.poolSaturation] },
    {
      title: 'MySQL',
      panels: [
        mysql.connections,
        mysql.runningThreads,
        mysql.rowLocks,
        mysql.fsyncRate,
        mysql.rows,
        mysql.bufferPool,
        { ...mysql.errors, columns: 24 },
      ],
    },
    {
      title: 'Redis',
      panels: [redis.commandTime, redis.memory, redis.aof, redis.errors],
    },
    {
      title: 'BullMQ and the sync',
      panels: [
        jobs.depth,
        jobs.times,
        jobs.firstSights,
        jobs.syncTime,
        stored.syncWork,
        stored.freshness,
      ],
    },
    { title: 'Disk', panels: [host.disk, host.diskQueue, host.flushes, host.written] },
    {
      title: 'Network and generator',
      panels: [host.network, host.networkErrors, load.users, load.droppedArrivals],
    },
  ],
};
