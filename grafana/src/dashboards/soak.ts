import { type Dashboard, titles } from '../panel.js';
import * as load from '../panels/load.js';
import * as phases from '../panels/phases.js';
import * as redis from '../panels/redis.js';
import * as services from '../panels/services.js';
import * as stored from '../panels/stored.js';

export const soak: Dashboard = {
  uid: 'hotpath-soak',
  title: titles['hotpath-soak'],
  description: 'What may only rise and fall, never only rise. Show hours of a constant load.',
  next: 'hotpath-resources',
  rows: [
    {
      title: 'Does it get slower?',
      panels: [load.p95OverHours, { ...services.garbage, columns: 12 }],
    },
    {
      title: 'Does memory grow?',
      panels: [services.memory, services.memoryGrowth, services.heap, redis.bytes],
    },
    {
      title: 'Does anything else pile up?',
      panels: [
        stored.backlog,
        redis.keys,
        services.openFiles,
        services.openFilesShare,
        phases.inFlight,
        phases.bodies,
        stored.storedTotal,
        stored.syncFailing,
      ],
    },
  ],
};
