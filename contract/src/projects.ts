/**
 * Who may send and read what: a project is a tenant, known by its keys. Without a file there is one project,
 * `default`, open to whoever reaches the port and without a rate; so it is served on loopback only.
 * Read once, at the start: another file takes effect with a restart, which loses nothing.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import * as limits from './limits.js';
import { isLoopback } from './loopback.js';

export const defaultProject = 'default';

/** Events a second in the long run, and at once after a pause. */
export interface Rate {
  readonly eventsPerSecond: number;
  readonly burst: number;
}

export interface Project {
  readonly name: string;
  /** Null: as many as the service bears. */
  readonly rate: Rate | null;
  readonly newIssuesPerMinute: number;
}

/** An ingest key can only write, a read token can only read. */
export type Right = 'write' | 'read';

export interface Grant {
  readonly project: Project;
  readonly right: Right;
}

const { keyCharsMin, keyCharsMax } = limits;
const secret = z
  .string('must be a string')
  .regex(
    new RegExp(`^[\\x21-\\x7e]{${keyCharsMin},${keyCharsMax}}$`),
    `must be ${keyCharsMin} to ${keyCharsMax} printable ASCII characters without spaces`,
  );
const secrets = z.array(secret, 'must be an array of strings').max(limits.projectKeysMax);
const positive = (max: number) =>
  z.number('must be a number').positive('must be above 0').max(max, `must be at most ${max}`);

const projectSchema = z
  .strictObject({
    name: z
      .string('must be a string')
      .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and hyphens'),
    ingestKeys: secrets,
    readTokens: secrets,
    eventsPerSecond: positive(1_000_000).min(0.001, 'must be at least 0.001').optional(),
    burst: positive(1_000_000).int('must be a whole number').optional(),
    newIssuesPerMinute: positive(1_000_000).int('must be a whole number').optional(),
  })
  .refine(({ eventsPerSecond, burst }) => burst === undefined || eventsPerSecond !== undefined, {
    path: ['burst'],
    error: 'needs eventsPerSecond beside it',
  });
type Entry = z.infer<typeof projectSchema>;

const fileSchema = z
  .strictObject({
    projects: z
      .array(projectSchema, 'must be an array of projects')
      .min(1, 'must have a project')
      .max(limits.fileProjectsMax, `must have at most ${limits.fileProjectsMax} projects`),
  })
  .superRefine(({ projects }, context) => {
    const seen = new Map<string, string>();
    const once = (what: string, value: string, path: (string | number)[]) => {
      const first = seen.get(what + value);
      // Never the value: it is a secret.
      if (first) context.addIssue({ code: 'custom', path, message: `is the same as ${first}` });
      else seen.set(what + value, path.join('.'));
    };
    projects.forEach((project, at) => {
      once('name', project.name, ['projects', at, 'name']);
      for (const kind of ['ingestKeys', 'readTokens'] as const) {
        for (const [k, key] of project[kind].entries()) once('key', key, ['projects', at, kind, k]);
      }
    });
  });

const projectOf = ({ name, eventsPerSecond, burst, newIssuesPerMinute }: Entry): Project =>
  Object.freeze({
    name,
    rate: eventsPerSecond
      ? { eventsPerSecond, burst: burst ?? Math.max(1, Math.ceil(eventsPerSecond)) }
      : null,
    newIssuesPerMinute: newIssuesPerMinute ?? limits.newIssuesPerMinuteDefault,
  });

/** By its digest a key is found without comparing it, so how long that takes tells nothing of it. */
const digestOf = (key: string) => createHash('sha256').update(key).digest('base64');

export class Projects {
  private readonly grants = new Map<string, Grant>();
  private readonly byName = new Map<string, Project>();
  /** Names of those with a rate. */
  readonly limited = new Set<string>();

  /** @param entries null: one open project */
  constructor(entries: readonly Entry[] | null) {
    this.open = entries === null;
    const open = { name: defaultProject, ingestKeys: [], readTokens: [] };
    for (const entry of entries ?? [open]) {
      const project = projectOf(entry);
      this.byName.set(project.name, project);
      if (project.rate) this.limited.add(project.name);
      for (const key of entry.ingestKeys) {
        this.grants.set(digestOf(key), { project, right: 'write' });
      }
      for (const key of entry.readTokens) {
        this.grants.set(digestOf(key), { project, right: 'read' });
      }
    }
  }

  /** Nobody needs a key. */
  readonly open: boolean;

  /** What this key allows; undefined for one that nobody has. */
  grantOf(key: string): Grant | undefined {
    return this.grants.get(digestOf(key));
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** Also of one that is no longer in the file: what it sent before may still be on its way. */
  named(name: string): Project {
    const known = this.byName.get(name);
    if (known) return known;
    const { newIssuesPerMinuteDefault: newIssuesPerMinute } = limits;
    return { name, rate: null, newIssuesPerMinute };
  }
}

export const openProjects = new Projects(null);

export interface ProjectSettings {
  readonly HOST: string;
  readonly PROJECTS_FILE?: string | undefined;
  readonly OPEN_BEYOND_LOOPBACK: 'yes' | 'no';
}

/** @throws {Error} naming every bad field and what it must be, never a key; or when anybody could reach an open service */
export function readProjects(settings: ProjectSettings): Projects {
  const { HOST, PROJECTS_FILE: path, OPEN_BEYOND_LOOPBACK: open } = settings;
  if (path !== undefined) return new Projects(parseProjects(path, textOf(path)));
  if (isLoopback(HOST) || HOST.toLowerCase() === 'localhost' || open === 'yes') return openProjects;
  throw new Error(
    `HOST=${HOST} is reachable from other machines, and without PROJECTS_FILE whoever reaches it may write and read. ` +
      'Set PROJECTS_FILE to a file of projects with keys, or HOST=127.0.0.1, ' +
      'or, where something else keeps strangers out, OPEN_BEYOND_LOOPBACK=yes.',
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`PROJECTS_FILE=${path} cannot be read (${code}).`, { cause });
  }
}

function parseProjects(path: string, text: string): readonly Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`PROJECTS_FILE=${path} is not valid JSON.`); // Node's message quotes the text
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data.projects;
  const lines = parsed.error.issues
    .slice(0, limits.problemFieldsMax)
    .map(({ path: field, message }) => `  ${field.join('.') || '(file)'}: ${message}`);
  throw new Error(`Bad projects in PROJECTS_FILE=${path}:\n${lines.join('\n')}`);
}
