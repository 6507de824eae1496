/** The rules and their promtool tests as data, for the tests that hold them against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One question of a promtool test to the rules. */
interface Check {
  readonly expr: string;
  readonly exp_samples: readonly { readonly labels: string }[];
}

const folder = new URL('rules/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));
const names = readdirSync(folder).sort();

export const testFiles: readonly string[] = names.filter((name) => name.endsWith('.test.yml'));
export const ruleFiles: readonly string[] = names.filter((name) => !testFiles.includes(name));

export const rulesIn = (name: string): readonly Rule[] =>
  (read(name) as { groups: readonly { rules: readonly Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );
export const rules: readonly Rule[] = ruleFiles.flatMap(rulesIn);
export const alerts: readonly Rule[] = rules.filter(({ alert }) => alert !== undefined);

export const checks: readonly Check[] = testFiles.flatMap((name) =>
  (read(name) as { tests: readonly { promql_expr_test: readonly Check[] }[] }).tests.flatMap(
    ({ promql_expr_test }) => promql_expr_test,
  ),
);
