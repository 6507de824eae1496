/**
 * Colours of dashboards, report and pictures, so that a reader learns them once. An arm has one colour
 * everywhere and nothing else has it: arms come from Okabe and Ito's set for colour-blind readers, parts
 * of a whole from Paul Tol's muted one. Those that were too faint are darker here: each is at least
 * 3 : 1 against white and against a near-black background (WCAG's bound for graphics).
 */
export const armColours = Object.freeze({
  floor: '#808080',
  'floor-batched': '#3a94d0',
  naive: '#d55e00',
  upsert: '#b87900',
  'group-commit': '#009e73',
  async: '#0072b2',
});

/** Processes and stores, where one chart stacks what an arm consists of. */
export const serviceColours = Object.freeze({
  api: '#7567bf',
  worker: '#35958a',
  mysql: '#a08c2c',
  redis: '#cc6677',
  k6: '#aa4499',
  rig: '#a05a70',
  prometheus: '#808080',
});

/** What a request consists of. */
export const phaseColours = Object.freeze({
  receive: '#3a94c0',
  validate: '#35958a',
  fingerprint: '#2f8f4e',
  wait: '#cc6677',
  store: '#a08c2c',
  respond: '#aa4499',
});

/** For arms that have none of their own: an arm compared with itself, a service at a URL. */
export const otherColours: readonly string[] = Object.freeze([
  '#b8709a',
  '#35958a',
  '#7567bf',
  '#a08c2c',
]);
