/** The colours of all dashboards: those of the report too, and for verdicts what no arm or part has. */
import { armColours, phaseColours, serviceColours } from '@hotpath/contract/arm-colours';

/** In the order of the legend. */
export const armColors: Readonly<Record<string, string>> = {
  naive: armColours.naive,
  async: armColours.async,
  upsert: armColours.upsert,
  'group-commit': armColours['group-commit'],
  'floor-batched': armColours['floor-batched'],
  'floor-durable': armColours['floor-durable'],
  floor: armColours.floor,
};

/** What no arm owns: the services that all arms share, and the parts of a request. */
export const partColors: Readonly<Record<string, string>> = {
  mysql: serviceColours.mysql,
  redis: serviceColours.redis,
  k6: serviceColours.k6,
  rig: serviceColours.rig,
  prometheus: serviceColours.prometheus,
  ...phaseColours,
};

export const verdictColors = {
  /** Nothing to see: the colour of text, or no colour for an area. */
  fine: 'text',
  clear: 'transparent',
  warn: '#F0E442',
  bad: '#CC79A7',
} as const;
