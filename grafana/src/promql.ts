/** PromQL as small functions. What they give is valid on Prometheus 2.42 and on 3.x. */
import type { MetricSpec } from '@hotpath/contract/metrics';

/** Matchers beside `=`: a value that begins with one of these is written as it stands. */
type Where = Readonly<Record<string, string>>;

/** Of one dashboard, by its variable; series without the label match its All, which is `.*`. */
export const ofRun = 'run=~"$run"';

function matcher([label, value]: [string, string]): string {
  const [, operator = '=', text = value] = /^(=~|!~|!=)(.*)$/.exec(value) ?? [];
  return `${label}${operator}${JSON.stringify(text)}`;
}

/** `name{label="value"}`; a value may bring its operator: `{ outcome: '!~counted|duplicate' }`. */
export function series(name: string, where: Where = {}, ...matchers: string[]): string {
  const all = [...Object.entries(where).map(matcher), ...matchers];
  return all.length === 0 ? name : `${name}{${all.join(',')}}`;
}

/** A series of a process that belongs to an arm: only of the chosen run. */
export const own = ({ name }: MetricSpec, where: Where = {}) => series(name, where, ofRun);
const part =
  (suffix: string) =>
  (spec: MetricSpec, where: Where = {}) =>
    series(`${spec.name}_${suffix}`, where, ofRun);
export const bucketOf = part('bucket');
export const sumOf = part('sum');
export const countOf = part('count');

export const rate = (selector: string) => `rate(${selector}[$__rate_interval])`;
/** Over all that is shown: for figures that stand for the whole. */
export const increase = (selector: string) => `increase(${selector}[$__range])`;
export const sumBy = (labels: string, inner: string) => `sum by (${labels}) (${inner})`;
export const sum = (inner: string) => `sum(${inner})`;
export const ratio = (over: string, under: string) => `${over} / ${under}`;

/** Of a classic histogram. */
export const quantile = (q: number, spec: MetricSpec, by: string, where: Where = {}) =>
  `histogram_quantile(${q}, ${sumBy(`${by}, le`, rate(bucketOf(spec, where)))})`;

export const meanOf = (spec: MetricSpec, by: string, where: Where = {}) =>
  ratio(sumBy(by, rate(sumOf(spec, where))), sumBy(by, rate(countOf(spec, where))));

/** Nothing happened yet is 0 here: for counters that appear with their first event, never for an exporter's. */
export const orZero = (expression: string) => `${expression} or vector(0)`;

/** As `orZero`, one 0 for every series of another expression, with its labels. */
export const orZeroLike = (expression: string, like: string) => `(${expression} or 0 * ${like})`;
