/** Projects as their clients know them: by their keys. */
import { randomBytes } from 'node:crypto';
import { type Answer, ask, logPath } from './client.ts';
import type { Stage } from './service.ts';

const key = () => randomBytes(18).toString('base64url');
export interface Tenant {
  readonly name: string;
  readonly ingestKeys: readonly string[];
  readonly readTokens: readonly string[];
}
export const tenant = (name: string, more: object = {}) => ({
  ...{ name, ingestKeys: [key(), key()], readTokens: [key()] },
  ...more,
});

export const bearing = (secret: string | undefined) =>
  secret === undefined ? {} : { authorization: `Bearer ${secret}` };

/** The headers of a body in JSON. */
export const writing = (secret: string | undefined) => ({
  'content-type': 'application/json',
  ...bearing(secret),
});

export const send = (stage: Stage, secret: string | undefined, event: unknown): Promise<Answer> =>
  ask(stage.service.url, {
    path: logPath,
    headers: writing(secret),
    body: JSON.stringify(event),
  });

export const read = (stage: Stage, secret: string | undefined, path: string): Promise<Answer> =>
  ask(stage.service.url, { path, headers: bearing(secret) });
