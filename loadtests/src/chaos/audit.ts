/** What clients were told against what is stored: pure, so that a test can lie to it. */
import type { Told, ToldEvent, ToldIssue } from './told.js';

export interface StoredIssue {
  readonly count: number;
  readonly message: string;
}

/** A fact that must not be: what was found, and of which events. */
export interface Violation {
  readonly kind: 'lost' | 'doubled' | 'refused but stored' | 'of nobody' | 'content' | 'after';
  readonly fact: string;
  /** All events of the issue, with each attempt. */
  readonly events: readonly ToldEvent[];
}

/**
 * Holds the counts of a schedule against what was told. An event with an issue of its own is thereby counted
 * exactly once when acknowledged, not at all when refused, at most once when unknown; one that shares its issue
 * with others by bounds.
 * @param before counts by fingerprint when the load began
 */
export function audit(
  told: Told,
  before: ReadonlyMap<string, StoredIssue>,
  after: ReadonlyMap<string, StoredIssue>,
): Violation[] {
  const violations: Violation[] = [];
  for (const issue of told.issues.values()) {
    const earlier = before.get(issue.fingerprint)?.count ?? 0;
    const stored = after.get(issue.fingerprint);
    violations.push(...auditIssue(issue, (stored?.count ?? 0) - earlier));
    if (stored !== undefined && stored.message !== issue.message) {
      const fact = `${issue.fingerprint} says '${stored.message}', not '${issue.message}'`;
      violations.push({ kind: 'content', fact, events: issue.events });
    }
  }
  for (const [fingerprint, { count, message }] of after) {
    const more = count - (before.get(fingerprint)?.count ?? 0);
    if (more === 0 || told.issues.has(fingerprint)) continue;
    const fact = `${fingerprint} '${message}' was counted ${more} times and sent by nobody`;
    violations.push({ kind: 'of nobody', fact, events: [] });
  }
  return violations;
}

function auditIssue(issue: ToldIssue, stored: number): Violation[] {
  const { acknowledged, refused, unknown, events } = issue;
  const possible = acknowledged + unknown;
  if (acknowledged <= stored && stored <= possible) return [];
  const fact =
    `${issue.fingerprint} '${issue.message}': ${acknowledged} acknowledged, ${unknown} unknown, ` +
    `${refused} refused, and ${stored} stored`;
  if (stored < acknowledged) return [{ kind: 'lost', fact, events }];
  return [{ kind: possible === 0 ? 'refused but stored' : 'doubled', fact, events }];
}
