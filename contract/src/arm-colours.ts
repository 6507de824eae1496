/**
 * Colours of dashboards, report and pictures, so that a reader learns them once. An arm has one colour
 * everywhere and nothing else has it: arms come from Okabe and Ito's set for colour-blind readers, parts
 * of a whole from Paul Tol's muted one. Those that were too faint are darker here: each is at least
 * 3 : 1 against white and against a near-black background (WCAG's bound for graphics).
 */
export const armColours = Object.freeze({
  floor: '#808080',
  'floor-batched': '#3A94D0',
  'floor-durable': '#8A6FB0',
  naive: '#D55E00',
  upsert: '#B87900',
  'group-commit': '#009E73',
  async: '#0072B2',
});

/** Processes and stores, where one chart stacks what an arm consists of. */
export const serviceColours = Object.freeze({
  api: '#7567BF',
  worker: '#35958A',
  mysql: '#A08C2C',
  redis: '#CC6677',
  k6: '#AA4499',
  rig: '#A05A70',
  prometheus: '#5A8F88',
});

/** What a request consists of. */
export const phaseColours = Object.freeze({
  receive: '#3A94C0',
  validate: '#35958A',
  fingerprint: '#2F8F4E',
  wait: '#CC6677',
  store: '#A08C2C',
  respond: '#AA4499',
});

/** For arms that have none of their own: an arm compared with itself, a service at a URL. */
export const otherColours: readonly string[] = Object.freeze([
  '#B8709A',
  '#35958A',
  '#7567BF',
  '#A08C2C',
]);
