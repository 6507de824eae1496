/** What both arms pay for an event before they differ. */
import { parseEvent } from '@hotpath/contract/event';
import { fingerprintV1 } from '@hotpath/contract/fingerprint-v1';
import { Problem } from '@hotpath/contract/problems';
import { workload, workloadDefaults } from '../../loadtests/k6/workload.ts';
import { benchmark } from './benchmark.js';

const count = 1_000;
const eventOf = workload({ ...workloadDefaults, seed: 7 });
const events = Array.from({ length: count }, (_, index) => eventOf(index));
const per = { count, unit: 'event' } as const;

/** Of version 1, which is frozen. */
const fingerprintsSum = 1_969_212_666_755;
/** A sum is enough: a fingerprint that differs in its first 32 bits moves it. */
const first32 = (fingerprint: string) => Number.parseInt(fingerprint.slice(0, 8), 16);

benchmark('fingerprint-v1', {
  per,
  round: () => events.reduce((sum, event) => sum + first32(fingerprintV1(event)), 0),
  checksum: fingerprintsSum,
});

benchmark('parse: JSON, validation, fingerprint', {
  per,
  round: () =>
    bodies.reduce((sum, body) => sum + first32(parseEvent(JSON.parse(body), 1).fingerprint), 0),
  checksum: fingerprintsSum,
});
const bodies = events.map((event) => JSON.stringify(event));

benchmark('refuse: a wrong type, a wrong level', {
  per,
  round: () => broken.reduce((sum, event) => sum + refusedFields(event), 0),
  checksum: 2 * count,
});
const broken = events.map((event) => ({ ...event, message: 1, level: 'awful' }));

function refusedFields(event: unknown): number {
  try {
    parseEvent(event, 1);
    return 0;
  } catch (error) {
    return error instanceof Problem ? (error.body().errors?.length ?? 0) : Number.NaN;
  }
}
