import { type Dashboard, titles } from '../panel.js';
import * as load from '../panels/load.js';
import * as mysql from '../panels/mysql.js';
import * as phases from '../panels/phases.js';
import * as pool from '../panels/pool.js';
import * as redis from '../panels/redis.js';
import * as services from '../panels/services.js';

export const time: Dashboard = {
  uid: 'hotpath-time',
  title: titles['hotpath-time'],
  description:
    'Follows a request from the outside in: its phases, the wait for a connection, MySQL, Redis, the event loop. The first row is the answer in four figures; each row below explains the thickest band of the row above it.',
  next: 'hotpath-resources',
  rows: [
    {
      title: 'What is the short answer?',
      panels: [phases.waitingShare, pool.tripsFigure, mysql.commitShare, redis.fsyncShare],
    },
    {
      title: 'In which phase is a request?',
      panels: [
        phases.phaseSeconds('naive'),
        phases.phaseSeconds('async'),
        phases.phaseShare('naive'),
        phases.phaseShare('async'),
        phases.meanByPhase,
        phases.storeCalls,
      ],
    },
    {
      title: 'Does it wait for a connection?',
      panels: [
        { ...pool.poolWait, columns: 8 },
        { ...pool.poolQueue, columns: 8 },
        { ...pool.tripsPerRequest, columns: 8 },
      ],
    },
    {
      title: 'What does MySQL do meanwhile?',
      panels: [
        mysql.clientAgainstMysql,
        mysql.statementTime,
        mysql.statementMean,
        mysql.fileWaits,
        mysql.fsyncMean,
        mysql.rowLocks,
      ],
    },
    {
      title: 'What does Redis do meanwhile?',
      panels: [
        redis.callParts,
        redis.callMean,
        { ...redis.batchSize, columns: 8 },
        { ...redis.spikes, columns: 8 },
        { ...redis.probes, columns: 8 },
      ],
    },
    {
      title: 'Does everybody wait for the event loop?',
      panels: [
        { ...services.timerDelay, columns: 8 },
        { ...services.eventLoop, columns: 8 },
        { ...services.garbage, columns: 8 },
      ],
    },
    {
      title: 'Is the mean the whole story?',
      panels: [
        phases.latencyHeat('naive'),
        phases.latencyHeat('async'),
        { ...load.clientAgainstServer, columns: 24 },
      ],
    },
  ],
};
