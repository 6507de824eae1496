/** The one issue of a project under which events are counted whose own issue would be one too many. */
import type { IngestedEvent } from './event.js';
import { fingerprintV1 } from './fingerprint-v1.js';

const message =
  'More new kinds of errors than this project may have: those beyond are counted together here';
const fingerprints = new Map<string, string>();

/** Made like any other. */
export function overflowFingerprintOf(project: string): string {
  let fingerprint = fingerprints.get(project);
  if (!fingerprint) {
    fingerprint = fingerprintV1({ message }, project);
    fingerprints.set(project, fingerprint); // as many as there are projects
  }
  return fingerprint;
}

export const overflowEventOf = (project: string, seenAtMs: number): IngestedEvent => ({
  ...{ project, fingerprint: overflowFingerprintOf(project), message, seenAtMs, level: 'error' },
  ...{ stackTrace: null, eventId: null, environment: null, release: null, truncated: [] },
});
