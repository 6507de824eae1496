/** What it costs to say where the time goes: of every request, and at every scrape. */
import { countOutcome, declareOutcomes } from '@hotpath/contract/http/event-outcomes';
import { declarePhases, observePhases } from '@hotpath/contract/http/request-phases';
import { sampleRequest } from '@hotpath/contract/http/request-samples';
import { gaugeOf, histogramOf, registry } from '@hotpath/contract/instruments';
import { metrics } from '@hotpath/contract/metrics';
import { PhaseClock, phase } from '@hotpath/contract/phase-clock';
import { expect, inject } from 'vitest';
import { benchmark } from './benchmark.js';

declareOutcomes();
declarePhases();

const count = 10_000;
const per = { count, unit: 'request' } as const;
const ackSeconds = histogramOf(metrics.ackSeconds);

/** As host, controller, intake and batcher do it, without what they time. */
function timedRequest(): number {
  const clock = new PhaseClock(performance.now());
  clock.enter(phase.validate);
  clock.enter(phase.fingerprint);
  clock.enter(phase.store);
  const since = performance.now();
  clock.enter(phase.wait, since);
  clock.enter(phase.store, since);
  const now = performance.now();
  clock.enter(phase.respond, now);
  clock.acknowledged = true;
  observePhases(clock);
  return clock.ms.length;
}

/** What was there before the phases, and still is. */
function countedRequest(): number {
  const arrivedAt = performance.now();
  countOutcome('counted');
  ackSeconds.observe((performance.now() - arrivedAt) / 1_000);
  return 1;
}

const sum = (request: () => number) => {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += request();
  return total;
};

const ms = [0.1, 0.02, 0.01, 0.5, 1.2, 0.1];
const sampled = () => {
  for (let i = 0; i < count; i += 1) sampleRequest(ms);
  return count;
};

benchmark('a sample of requests', { per, round: sampled, checksum: count });
benchmark('phases of a request', { per, round: () => sum(timedRequest), checksum: 6 * count });
benchmark('outcome and time of a request', {
  per,
  round: () => sum(countedRequest),
  checksum: count,
});

/** Of the page that an API has, with every one of its series in use. */
for (const spec of Object.values(metrics)) {
  if (spec.owner !== 'api' && spec.owner !== 'process') continue;
  if (spec.kind === 'histogram') histogramOf(spec).of(spec.labels.length ? 'findOrInsert' : '');
  if (spec.kind === 'gauge') gaugeOf(spec, () => (spec.labels.length ? { a: 1, b: 2, c: 3 } : 1));
}
/** A scrape a second may cost 3 % of a core. Not asked of the first few: they are compiled on the way. */
const scrapeMsMax = 30;
let scrapes = 0;
let scrapesMs = 0;

benchmark('a scrape', {
  per: { count: 1, unit: 'scrape' },
  round: async () => {
    const startedAt = performance.now();
    const page = await registry.metrics();
    scrapesMs += performance.now() - startedAt;
    scrapes += 1;
    return Math.sign(
      page.indexOf('hotpath_request_phase_seconds_bucket{le="+Inf",phase="respond"}'),
    );
  },
  checksum: 1,
  after: () => {
    if (inject('benchmarks') === 'full') expect(scrapesMs / scrapes).toBeLessThan(scrapeMsMax);
  },
});
