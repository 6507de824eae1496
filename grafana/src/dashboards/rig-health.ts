import { type Dashboard, titles } from '../panel.js';
import * as host from '../panels/host.js';
import * as load from '../panels/load.js';
import * as phases from '../panels/phases.js';
import * as redis from '../panels/redis.js';

export const rigHealth: Dashboard = {
  uid: 'hotpath-rig-health',
  title: titles['hotpath-rig-health'],
  description:
    'Statements must hold, and questions have a harmless answer. Where not, the figures of that time are not the arms’.',
  next: 'hotpath-pair',
  rows: [
    {
      title: 'Is everything observed?',
      panels: [
        { ...host.targets, columns: 8 },
        { ...host.missedScrapes, columns: 8 },
        { ...host.scrapeSeconds, columns: 8 },
      ],
    },
    {
      title: 'Is the generator the limit?',
      panels: [host.generatorCpu, load.users, load.droppedShare, load.clientAgainstServer],
    },
    {
      title: 'Does anybody else disturb?',
      panels: [
        { ...host.background, columns: 8 },
        { ...host.observersCpu, columns: 8 },
        { ...host.clock, columns: 8 },
      ],
    },
    {
      title: 'Do the figures agree with each other?',
      panels: [phases.phasesAddUp, phases.littlesLaw, load.bothSidesCount, redis.probeFailures],
    },
  ],
};
