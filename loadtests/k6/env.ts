/// <reference types="k6" />
/**
 * The settings of a load, read from __ENV here and nowhere else. Names start with HOTPATH_, because k6
 * discards a script's scenarios when it sees K6_VUS, K6_DURATION or K6_STAGES. All bad values are
 * named in one error before the first request. What isn't set is undefined where the scenario decides.
 */
import { type WorkloadOptions, workloadDefaults } from './workload.ts';

export interface LoadSettings {
  /** Base address of the service under load, without a slash at its end. */
  readonly url: string;
  readonly workload: WorkloadOptions;
  /** Ingest keys of projects, where the service wants them: of `neighbours` one each. */
  readonly keys: readonly string[];
  /** How many times its rate the first project of `neighbours` sends; 0: nothing. */
  readonly floodTimes: number;
  /** Arrivals a second, of open models. */
  readonly rate: number | undefined;
  readonly durationMs: number | undefined;
  /** Users of closed models; of open ones the most that may be busy at once. */
  readonly vus: number | undefined;
  readonly thinkTimeMs: number | undefined;
  /** A request that takes longer counts as unanswered. */
  readonly timeoutMs: number;
  /** Write one line an iteration for the raw log; off so that a bare `k6 run` stays readable. */
  readonly raw: boolean;
  /** Where k6's own summary goes as JSON, or undefined: nowhere. */
  readonly summaryFile: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws one Error that names every bad value. */
export function readSettings(environment: Environment): LoadSettings {
  const problems: string[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, expected: string) => {
    const text = environment[name];
    if (text === undefined || text === '') return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(`${name}="${text}" is not ${expected}`);
    return value;
  };
  const within = (min: number, max: number) => (text: string) =>
    decimal.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined;
  const whole = (min: number, max: number) => (text: string) =>
    /^\d+$/.test(text) ? within(min, max)(text) : undefined;
  const lasting = (minMs: number) => (text: string) => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= minMs && ms <= 86_400_000 ? ms : undefined;
  };

  const settings: LoadSettings = {
    url: (
      read('HOTPATH_URL', address, 'an address such as http://127.0.0.1:3001') ??
      'http://127.0.0.1:3001'
    ).replace(/\/+$/, ''),
    workload: {
      seed: read('HOTPATH_SEED', whole(0, 2 ** 32 - 1), 'a whole number from 0 to 2^32 - 1') ?? 1,
      issues:
        read('HOTPATH_ISSUES', whole(1, 1e6), 'a whole number from 1 to 1000000') ??
        workloadDefaults.issues,
      firstSightShare:
        read('HOTPATH_FIRST_SIGHT_SHARE', within(0, 1), 'a share from 0 to 1') ??
        workloadDefaults.firstSightShare,
      skew: read('HOTPATH_SKEW', within(0, 4), 'a number from 0 to 4') ?? workloadDefaults.skew,
      introduce: read('HOTPATH_INTRODUCE', flag, '0 or 1') ?? false,
    },
    keys: read('HOTPATH_KEYS', keysOf, 'keys with commas between') ?? [],
    floodTimes: read('HOTPATH_FLOOD', whole(0, 1_000), 'a whole number from 0 to 1000') ?? 10,
    rate: read('HOTPATH_RATE', whole(1, 1e6), 'a whole number of arrivals a second from 1'),
    durationMs: read('HOTPATH_DURATION', lasting(1_000), `${duration} from 1s to 24h`),
    vus: read('HOTPATH_VUS', whole(1, 1e5), 'a whole number of users from 1 to 100000'),
    thinkTimeMs: read('HOTPATH_THINK_TIME', lasting(0), `${duration} up to 24h`),
    timeoutMs: read('HOTPATH_TIMEOUT', lasting(1), `${duration} from 1ms to 24h`) ?? 5_000,
    raw: read('HOTPATH_RAW', flag, '0 or 1') ?? false,
    summaryFile: read('HOTPATH_SUMMARY', (text) => text, 'a path'),
  };
  if (problems.length > 0) throw new Error(`Refused settings: ${problems.join('; ')}`);
  return settings;
}

const decimal = /^\d+(\.\d+)?$/;
const duration = 'a duration such as 250ms, 30s or 1m30s';
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    sum += Number(amount) * (unitMs[unit as string] as number);
  return Math.round(sum);
}

function address(text: string): string | undefined {
  return /^https?:\/\/[^\s/?#]+(:\d+)?(\/[^\s?#]*)?$/.test(text) ? text : undefined;
}

function keysOf(text: string): string[] | undefined {
  return /^[\x21-\x2b\x2d-\x7e]+(,[\x21-\x2b\x2d-\x7e]+)*$/.test(text)
    ? text.split(',')
    : undefined;
}

function flag(text: string): boolean | undefined {
  if (text === '1') return true;
  return text === '0' ? false : undefined;
}

export const env: LoadSettings = readSettings(typeof __ENV === 'undefined' ? {} : __ENV);
