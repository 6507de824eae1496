/** What chaos can do, and to whom. */
export const faultKinds = [
  'kill',
  'stop',
  'freeze',
  'power-cut',
  'full-disk',
  'slow-fsync',
  'clock-step',
  'reset',
  'stall',
  'lost-answers',
  'lock',
  'second',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const faultSentences: Readonly<Record<FaultKind, string>> = {
  kill: 'SIGKILL, and started again',
  stop: 'SIGTERM, and started again',
  freeze: 'SIGSTOP, and SIGCONT',
  'power-cut': 'SIGKILL, and what was not synced is cut from its files, and started again',
  'full-disk': 'its disk, a small one, is filled to the last byte',
  'slow-fsync': 'each fsync takes 5 to 100 ms longer',
  'clock-step': 'its clock is wrong by 5 s to an hour, either way',
  reset: 'its connections are reset, several times',
  stall: 'nothing arrives, in both directions, until all of it does',
  'lost-answers': 'what is sent arrives, and no answer comes back',
  lock: 'somebody else holds a row, or the whole table, in MySQL',
  second: 'another process joins for a while',
};

export type LinkName = 'client-api' | 'api-redis' | 'worker-redis' | 'worker-mysql';
export type ServiceName = 'api' | 'worker' | 'redis' | 'mysql';

/** A kind and whom it hits: what a schedule draws. */
export interface Face {
  readonly kind: FaultKind;
  readonly target: string;
}

const links: readonly LinkName[] = ['client-api', 'api-redis', 'worker-redis', 'worker-mysql'];

const targets: Readonly<Record<FaultKind, readonly string[]>> = {
  kill: ['api', 'worker', 'redis', 'mysql', 'everything'],
  stop: ['api', 'worker'],
  // past its claim: until another worker has taken its chunk over, and on
  freeze: ['api', 'worker', 'redis', 'mysql', 'worker past its claim'],
  'power-cut': ['api', 'redis'],
  'full-disk': ['api', 'redis'],
  'slow-fsync': ['api', 'redis', 'mysql'],
  'clock-step': ['api', 'worker', 'redis'],
  reset: links,
  stall: links,
  'lost-answers': links,
  lock: ['row', 'table'],
  second: ['api', 'worker'],
};

/** The first of each kind, then the second of each: so that a few in a row have every kind. */
export function facesOf(kinds: readonly FaultKind[]): Face[] {
  const rounds = Math.max(0, ...kinds.map((kind) => targets[kind].length));
  return Array.from({ length: rounds }, (_, round) =>
    kinds.flatMap((kind) => {
      const target = targets[kind][round];
      return target === undefined ? [] : [{ kind, target }];
    }),
  ).flat();
}

export const nameOf = ({ kind, target }: Face): string => `${kind} ${target}`;
