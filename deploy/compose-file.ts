/** docker-compose.yml and what it mounts as data, for the tests that hold them against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[]; readonly [limit: string]: unknown };
  readonly [key: string]: unknown;
}

const at = (path: string) => new URL(`../${path}`, import.meta.url);
/** A file of the checkout. */
export const text = (path: string): string => readFileSync(at(path), 'utf8');
export const present = (path: string): boolean => existsSync(at(path));
export const foldersOf = (path: string): readonly string[] =>
  readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
export const filesOf = (path: string): readonly string[] =>
  readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
export const yaml = (path: string): unknown => parse(text(path), { merge: true });

const compose = yaml('docker-compose.yml') as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
export const services: readonly (readonly [string, Service])[] = Object.entries(compose.services);
export const volumes: readonly string[] = Object.keys(compose.volumes);

/** @throws {Error} when there is no such service */
export function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`no service ${name} in docker-compose.yml`);
  return found;
}

/** Compose's `${NAME:?message}`, `${NAME:-default}` and `$$`; each secret is given as `secret`. */
export const interpolated = (value: unknown): string =>
  String(value)
    .replace(/\$\{\w+:\?[^}]*\}/g, 'secret')
    .replace(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replaceAll('$$', '$');

/** Container ports: those given to the host and those only for the compose network. */
export const portsOf = ({ ports = [], expose = [] }: Service): readonly string[] => [
  ...ports.map((port) => interpolated(port).split(':').at(-1) ?? ''),
  ...expose,
];

export const probeOf = ({ healthcheck }: Service): string =>
  interpolated(healthcheck.test.join(' '));

/** Everything that is up before this service starts. */
export const startsAfter = (name: string): readonly string[] =>
  Object.keys(service(name).depends_on ?? {}).flatMap((other) => [other, ...startsAfter(other)]);

/** NaN for what isn't a whole number of seconds. */
export const seconds = (duration: unknown): number =>
  Number(/^(\d+)s$/.exec(String(duration))?.[1]);

/** NaN for what isn't a size as compose, MySQL and Redis write it. */
export function mebibytes(size: unknown): number {
  const [, amount, unit] = /^(\d+)(m|mb|g|gb)$/i.exec(String(size)) ?? [];
  return Number(amount) * (unit?.toLowerCase().startsWith('g') ? 1_024 : 1);
}
