/**
 * The colours of all dashboards. An arm has one colour everywhere, and nothing else has it: arms come from
 * Okabe and Ito's palette, parts of a whole from Paul Tol's muted one, verdicts from what is left of the
 * first. Readers who are red-green or blue-yellow blind tell them apart, as does grey by lightness.
 */

/** In the order of the legend. */
export const armColors: Readonly<Record<string, string>> = {
  naive: '#D55E00',
  async: '#0072B2',
  upsert: '#E69F00',
  'group-commit': '#009E73',
  'floor-batched': '#56B4E9',
  floor: '#999999',
};

/** What no arm owns: the services that all arms share, and the parts of a request. */
export const partColors: Readonly<Record<string, string>> = {
  mysql: '#DDCC77',
  redis: '#CC6677',
  k6: '#AA4499',
  rig: '#882255',
  prometheus: '#44AA99',
  receive: '#88CCEE',
  validate: '#44AA99',
  fingerprint: '#999933',
  wait: '#CC6677',
  store: '#DDCC77',
  respond: '#AA4499',
};

export const verdictColors = {
  /** Nothing to see: the colour of text, or no colour for an area. */
  fine: 'text',
  clear: 'transparent',
  warn: '#F0E442',
  bad: '#CC79A7',
} as const;
