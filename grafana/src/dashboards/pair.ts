import { type Dashboard, titles } from '../panel.js';
import * as load from '../panels/load.js';
import * as mode from '../panels/mode.js';
import * as stored from '../panels/stored.js';

export const pair: Dashboard = {
  uid: 'hotpath-pair',
  title: titles['hotpath-pair'],
  description: 'Both arms of a run side by side, at the same offered load. Read from the top.',
  next: 'hotpath-time',
  rows: [
    {
      title: 'Is the service level met?',
      panels: [load.serviceLevelLatency, load.serviceLevelFailures, stored.storedGap, load.speedUp],
    },
    {
      title: 'Do both arms carry the load that is offered?',
      panels: [load.keepsUp, load.droppedArrivals],
    },
    { title: 'Which arm answers sooner?', panels: [load.p50, load.p95, load.p99] },
    {
      title: 'What became of the rest, and is an answer worth its name?',
      panels: [load.withoutReceipt, stored.acknowledgedAndStored, stored.freshness, stored.backlog],
    },
    { title: 'Does one project cost another?', panels: [load.overRate, load.everNew] },
    {
      title: 'What happens to async when Redis is out?',
      panels: [
        { ...mode.mode, columns: 8 },
        { ...mode.journal, columns: 8 },
        { ...mode.resends, columns: 8 },
        mode.dataLoss,
      ],
    },
  ],
};
