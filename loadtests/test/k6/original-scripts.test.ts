import { type Arm, type ArmName, startArm } from '@hotpath/loadtests/rig/arm';
import { openTemporaryRigDirectory, type RigDirectory } from '@hotpath/loadtests/rig/rig-directory';
import { takeStores } from '@hotpath/loadtests/rig/shared-stores';
import { afterEach, expect, inject, test } from 'vitest';
import { runScript } from './run-k6.js';

let rig: RigDirectory | undefined;
let arm: Arm | undefined;
afterEach(async () => {
  await arm?.stop();
  await rig?.close();
});

/**
 * A load script as people write it for such a pair: its own payload, its own checks, stages, think time,
 * thresholds on k6's own metrics. It knows of Hotpath the path, the fields and the envelope, no more.
 */
const script = `
  import http from 'k6/http';
  import { check, sleep } from 'k6';
  import { Rate, Trend } from 'k6/metrics';

  const failures = new Rate('error_rate');
  const latency = new Trend('log_latency', true);

  export const options = {
    stages: [
      { duration: '500ms', target: 10 },
      { duration: '1500ms', target: 10 },
      { duration: '500ms', target: 0 },
    ],
    thresholds: { checks: ['rate==1.0'], error_rate: ['rate==0'], http_req_failed: ['rate==0'] },
  };

  const kinds = ['Database connection lost', 'Payment was declined', 'User session expired'];

  export default function () {
    const payload = JSON.stringify({
      // A kind is each user's own: two users with one kind may meet in the naive arm's known race.
      message: kinds[__ITER % 3] + ' for user ' + String.fromCharCode(97 + (__VU % 26)).repeat(5),
      stackTrace: 'Error: failed\\n    at handler (/app/src/handler.js:' + (__ITER + 1) + ':7)',
    });
    const res = http.post(__ENV.TARGET_URL + '/api/v1/errors/log', payload, {
      headers: { 'Content-Type': 'application/json' },
    });
    latency.add(res.timings.duration);
    const passed = check(res, {
      'status is 200': (r) => r.status === 200,
      'says success': (r) => r.json('success') === true,
      'saved or queued': (r) => ['saved', 'queued'].includes(JSON.parse(r.body).data.status),
      'has a timestamp': (r) => !Number.isNaN(Date.parse(JSON.parse(r.body).timestamp)),
    });
    failures.add(!passed);
    sleep(0.1);
  }
  export function handleSummary(data) {
    return { stdout: JSON.stringify(data.metrics) };
  }
`;

interface Metrics {
  readonly checks: { readonly values: { readonly passes: number; readonly fails: number } };
  readonly iterations: { readonly values: { readonly count: number } };
}

test.each<ArmName>(['naive', 'async'])(
  'a load script made for the original pair passes unchanged against %s',
  async (name) => {
    const stores = await takeStores(inject('stores'), `scripts-${name}`);
    rig = await openTemporaryRigDirectory(`scripts-${name}`);
    arm = await startArm(name, { dir: rig, ...stores });
    const { code, stdout } = await runScript(script, { TARGET_URL: arm.url }, [
      '--log-output=none',
    ]);
    const { checks, iterations } = JSON.parse(stdout) as Metrics;
    expect({ code, fails: checks.values.fails }).toEqual({ code: 0, fails: 0 });
    expect(iterations.values.count).toBeGreaterThan(50);
    expect(checks.values.passes).toBe(4 * iterations.values.count);
    await arm.drained({ withinMs: 10_000 });
  },
);
