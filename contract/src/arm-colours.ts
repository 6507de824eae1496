/**
 * Colours of arms and services, the same in dashboards, report and pictures, so that a reader learns
 * them once. From Okabe and Ito's set for colour-blind readers; the greys and the blues are set so that
 * each is at least 3 : 1 against white and against a near-black background (WCAG's bound for graphics).
 */
export const armColours = Object.freeze({
  floor: '#808080',
  'floor-batched': '#6f8a91',
  naive: '#d55e00',
  upsert: '#b8709a',
  'group-commit': '#009e73',
  async: '#0072b2',
});

/** Of processes and stores, where one chart stacks what an arm consists of. */
export const serviceColours = Object.freeze({
  api: '#3d91c7',
  worker: '#009e73',
  mysql: '#c98500',
  redis: '#c0679a',
  k6: '#808080',
});

/** For arms that have none of their own: an arm compared with itself, a service at a URL. */
export const otherColours: readonly string[] = Object.freeze([
  '#b8709a',
  '#009e73',
  '#c98500',
  '#3d91c7',
]);
