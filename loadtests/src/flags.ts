import { parseArgs } from 'node:util';
import { z } from 'zod';

/** A command line that can't be obeyed. The message names every bad flag; the process ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws {UsageError} with the sentence, when it is bad */
export function refuse(bad: boolean, sentence: string): void {
  if (bad) throw new UsageError(sentence);
}

/** One flag of a command: what it takes, what it means, how its text becomes a value. */
export interface Flag<T> {
  /** Placeholder in the usage text; null for a switch. */
  readonly takes: string | null;
  readonly help: string;
  readonly parse: z.ZodType<T, unknown>;
  /** Left out of the usage text: for hotpath's own tests. */
  readonly hidden?: true;
  /** May be given again and again: parse gets the list of texts. */
  readonly many?: true;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

/** A flag with a value that may be left out: then the value is undefined. */
export function valueFlag<T>(
  takes: string,
  help: string,
  parse: z.ZodType<T, unknown>,
): Flag<T | undefined> {
  return { takes, help, parse: parse.optional() };
}

/** A flag that may be given several times: the list of its values, empty when it is left out. */
export function manyFlag<T>(
  takes: string,
  help: string,
  parse: z.ZodType<T, unknown>,
): Flag<readonly T[]> {
  return { takes, help, parse: z.array(parse).default([]), many: true };
}

export function switchFlag(help: string): Flag<boolean> {
  return { takes: null, help, parse: z.boolean().default(false) };
}

/** Whole number from text, within bounds. `Number('')` is 0 and `1e9` is a number, so digits only. */
export function wholeNumber(min: number, max: number): z.ZodType<number, unknown> {
  const bounds = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, `takes ${bounds}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `takes ${bounds}`);
}

/** Text like 5%, 5 or 2.5 %: a percentage, as a share. */
export function percentage(min: number, max: number): z.ZodType<number, unknown> {
  const bounds = `takes a percentage from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3})? ?%?$/, bounds)
    .transform((text) => Number.parseFloat(text))
    .refine((value) => value >= min && value <= max, bounds)
    .transform((value) => value / 100);
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
): z.ZodType<T[number], unknown> {
  return z.enum(values, `takes one of ${values.join(', ')}`);
}

/**
 * Flags and positionals of one command, all problems in one error.
 * Throws UsageError naming every flag that is unknown, valueless or out of bounds.
 */
export function parseFlags<F extends Flags>(
  flags: F,
  argv: readonly string[],
): { values: FlagValues<F>; positionals: readonly string[] } {
  const { values, positionals, problems } = readArguments(flags, argv);
  const parsed: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const outcome = flag.parse.safeParse(values.get(name));
    if (outcome.success) parsed[name] = outcome.data;
    else problems.push(`--${name} ${outcome.error.issues[0]?.message}, not '${values.get(name)}'`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { values: parsed as FlagValues<F>, positionals };
}

function readArguments(flags: Flags, argv: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [
        name,
        { type: flag.takes === null ? 'boolean' : 'string' },
      ]),
    ),
  });
  const values = new Map<string, string | boolean | string[]>();
  const positionals: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    // A value that looks like a flag is a forgotten value: '--seed --aa'.
    const valueIsFlag = token.value?.startsWith('--') === true && token.inlineValue === false;
    if (flag === undefined) problems.push(unknownFlag(token.rawName, flags));
    else if (values.has(token.name) && flag.many !== true)
      problems.push(`--${token.name} is given twice`);
    else if (flag.takes === null && token.value !== undefined)
      problems.push(`--${token.name} takes no value`);
    else if (flag.takes !== null && (token.value === undefined || valueIsFlag))
      problems.push(`--${token.name} needs a value: --${token.name} ${flag.takes}`);
    else if (flag.many === true)
      values.set(token.name, [...((values.get(token.name) ?? []) as string[]), token.value ?? '']);
    else values.set(token.name, token.value ?? true);
  }
  return { values, positionals, problems };
}

function unknownFlag(rawName: string, flags: Flags): string {
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  const known = shown.map(([name]) => `--${name}`);
  return `${rawName} is no flag of this command; it knows ${known.join(' ')}`;
}

/** The flags as lines of a usage text. */
export function describeFlags(flags: Flags): string {
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  const rows = shown.map(([name, flag]) => ({
    left: `--${name}${flag.takes === null ? '' : ` ${flag.takes}`}`,
    help: flag.help,
  }));
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `  ${row.left.padEnd(width)}  ${row.help}`).join('\n');
}
