import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { env } from './env.ts';
import { leadInMs } from './load-shapes.ts';

/** Part of the lead-in; the rest is left to the last users' connections. */
const spreadSeconds = (0.7 * leadInMs) / 1_000;
const params = { responseType: 'none', timeout: leadInMs } as const;

/**
 * The lead-in of open loads, once a user: opens the connection that its requests will use. One after
 * another, as a service holds only so many connections that it hasn't accepted yet. Nothing is counted
 * or logged, and whether it worked shows in the load itself.
 */
export function connect(): void {
  sleep((spreadSeconds * exec.vu.idInTest) / exec.instance.vusInitialized);
  http.get(`${env.url}/health/live`, params);
}
