/**
 * The events of a load: which one has which number, decided by a seed.
 * Runs in k6, which sends them, and in Node, where the ledger replays them; both must agree to the
 * bit. Hence no import, and only arithmetic that IEEE 754 and ECMAScript fix exactly: Math.pow,
 * exp and log may differ between engines in the last place, + * / and Math.sqrt may not.
 */

export interface WorkloadOptions {
  /** 0 … 2³² − 1. Two phases of one run need two seeds, or their event ids and new issues meet. */
  readonly seed: number;
  /** Known issues, 1 … 1,000,000. The same ones under every seed. */
  readonly issues: number;
  /** Share of events whose issue nobody has seen before, 0 … 1. */
  readonly firstSightShare: number;
  /** Exponent s of Zipf's law over the known issues: weight 1 / rankˢ. 0 is uniform; 0 … 4. */
  readonly skew: number;
  /**
   * The first `issues` events visit every known issue once. For a warm-up: otherwise the rare
   * known issues are first sights of the measured window, over and above its stated share.
   */
  readonly introduce?: boolean;
}

export interface WorkloadEvent {
  readonly eventId: string;
  readonly message: string;
  readonly stackTrace: string;
  readonly level: 'fatal' | 'error' | 'warning';
  readonly environment: string;
  readonly release: string;
}

export const workloadDefaults = { issues: 1_000, firstSightShare: 0.01, skew: 1 } as const;

/** `(index) => event`. Throws RangeError on options outside the ranges above. */
export function workload(options: WorkloadOptions): (index: number) => WorkloadEvent {
  const body = workloadBody(options);
  return (index) => JSON.parse(body(index)) as WorkloadEvent;
}

/**
 * `(index) => JSON text of that event`, about 1 KiB. Text is the primary form because k6 sends it, and
 * its JSON.stringify costs as much as everything here. One template each, as k6's engine copies the
 * whole text at every `+`. Ids, addresses and line numbers vary; what names the issue is letters.
 */
export function workloadBody(options: WorkloadOptions): (index: number) => string {
  const rankOf = ranks(options);
  const { seed } = options;
  const key = mix(seed ^ 0x5bd1e995);
  const seedKey = mix(seed);
  return (index) => {
    const first = mix(index ^ key);
    const second = mix(first + 0x9e3779b9);
    const rank = rankOf(index, second);
    const known = rank >= 0;
    const name = known ? word(rank) : newName(seed, index, ' ');
    const path = known ? name : newName(seed, index, '-');
    const trait = known ? rank : first;
    const area = areas[(trait >>> 3) & 7] as string;
    // The first two words give back seed and index, so ids are unique, yet spread from digit one.
    const a = hex8(first);
    const b = hex8((first ^ seedKey) >>> 0);
    const c = hex8(second);
    const d = hex8((first ^ (second << 7)) >>> 0);
    const line = 101 + (second & 511);
    const message = `${kinds[trait & 7]} ${area} ${name} after ${second & 4095} ms, order ${
      first % 1_000_000
    }, request ${a}-${b.slice(0, 4)}-4${c.slice(0, 3)}-8${d.slice(0, 3)}-${c}${b.slice(
      4,
    )}, host 10.${first & 255}.${second & 255}.${(first >>> 8) & 255}:5432`;
    return `{"eventId":"${a}${b}${c}${d}","message":"${message}","stackTrace":"${
      message
    }\\n    at ${area}Guard.check (/srv/shop/src/${area}/${path}.guard.ts:${
      line
    }:11)\\n    at ${area}Service.handle (/srv/shop/src/${area}/${path}.service.ts:${
      line
    }:24)\\n    at async ${area}Controller.post (/srv/shop/src/${area}/${path}.controller.ts:${
      line
    }:9)${frameworkFrames}","level":"${levels[(trait >>> 6) & 7]}","environment":"${
      first & 7 ? 'production' : 'staging'
    }","release":"shop@2.14.${(first >>> 4) & 7}"}`;
  };
}

/** `(index) => name of the issue`: equal names mean one fingerprint, different names different ones. */
export function workloadIssue(options: WorkloadOptions): (index: number) => string {
  const rankOf = ranks(options);
  const key = mix(options.seed ^ 0x5bd1e995);
  return (index) => {
    const rank = rankOf(index, mix(mix(index ^ key) + 0x9e3779b9));
    return rank >= 0 ? word(rank) : newName(options.seed, index, ' ');
  };
}

const two32 = 2 ** 32;

/** `(index, its draw) => rank of a known issue from 0, or −1: an issue of its own`. */
function ranks(options: WorkloadOptions): (index: number, draw: number) => number {
  refuseBadOptions(options);
  const { issues } = options;
  const introduced = options.introduce ? issues : 0;
  const knownBelow = Math.ceil((1 - options.firstSightShare) * two32);
  const sums = weightSums(issues, options.skew);
  const scale = (sums[issues - 1] as number) / knownBelow;
  return (index, draw) => {
    if (index < introduced) return index;
    if (draw >= knownBelow) return -1;
    const at = draw * scale;
    let low = 0;
    let high = issues - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at < (sums[middle] as number)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function refuseBadOptions({ seed, issues, firstSightShare, skew }: WorkloadOptions): void {
  const whole = (value: number, min: number, max: number) =>
    Number.isInteger(value) && value >= min && value <= max;
  if (!whole(seed, 0, two32 - 1)) throw new RangeError(`seed ${seed}: not in 0 … 2^32 - 1`);
  if (!whole(issues, 1, 1e6)) throw new RangeError(`issues ${issues}: not in 1 … 1,000,000`);
  if (!(firstSightShare >= 0 && firstSightShare <= 1))
    throw new RangeError(`firstSightShare ${firstSightShare}: not in 0 … 1`);
  if (!(skew >= 0 && skew <= 4)) throw new RangeError(`skew ${skew}: not in 0 … 4`);
}

/** Zipf's weights of the ranks, each added to those before it. */
function weightSums(issues: number, skew: number): Float64Array {
  const sums = new Float64Array(issues);
  let sum = 0;
  for (let rank = 1; rank <= issues; rank++) {
    sum += 1 / power(rank, skew);
    sums[rank - 1] = sum;
  }
  return sums;
}

/**
 * base ^ exponent by products and square roots alone: equal in every engine. The exponent counts to
 * 1/256, as each user of k6 builds its own table and finer steps cost 600 of them half a minute.
 */
function power(base: number, exponent: number): number {
  let result = 1;
  let rest = Math.round(exponent * 256);
  for (; rest >= 256; rest -= 256) result *= base;
  let root = base;
  for (; rest > 0; rest = (rest * 2) & 255) {
    root = Math.sqrt(root);
    if (rest & 128) result *= root;
  }
  return result;
}

/** MurmurHash3's finaliser: a bijection of 32 bits, so different inputs never meet. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hex8(value: number): string {
  const digits = value.toString(16);
  return digits.length === 8 ? digits : `0000000${digits}`.slice(-8);
}

/** Six bits each; g … z and four vowels: no run of them can pass for hex, a number or a UUID. */
const syllables = [...'ghjklmnprstvwxyz'].flatMap((c) => [...'aiou'].map((v) => c + v));

/** Letters that differ for different numbers: two a syllable, lowest bits first. */
function word(value: number): string {
  let letters = syllables[value & 63] as string;
  for (let rest = value >>> 6; rest > 0; rest >>>= 6) letters += syllables[rest & 63];
  return letters;
}

/** Has two words, a known issue's name one: they can't meet, nor can those of two seeds. */
function newName(seed: number, index: number, between: string): string {
  return word(seed) + between + word(index);
}

const kinds = [
  'TypeError: reading a field of undefined in',
  'TimeoutError: gave up waiting for',
  'ConnectionError: connection refused by',
  'ValidationError: unexpected shape of answer from',
  'QueryFailedError: deadlock found while writing',
  'RangeError: maximum depth exceeded in',
  'PaymentError: provider declined call of',
  'AssertionError: invariant broken in',
];
const areas = ['checkout', 'catalog', 'billing', 'search', 'shipping', 'login', 'mail', 'stock'];
const levels = ['error', 'error', 'error', 'error', 'error', 'warning', 'warning', 'fatal'];

/** Line breaks here and above are written escaped, as they stand in JSON. Nothing else needs it. */
const frameworkFrames = [
  'Layer.handle [as handle_request] (/srv/shop/node_modules/express/lib/router/layer.js:95:5)',
  'next (/srv/shop/node_modules/express/lib/router/route.js:149:13)',
  'Route.dispatch (/srv/shop/node_modules/express/lib/router/route.js:119:3)',
  'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
]
  .map((frame) => `\\n    at ${frame}`)
  .join('');
