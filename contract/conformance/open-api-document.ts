import { problems } from '@hotpath/contract/problems';
import { describe, expect, test } from 'vitest';
import { ask, batchPath, listPath, logPath } from './client.ts';
import type { Stage } from './service.ts';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every route, and the codes with which each may refuse; 500 and 503 come with anything. */
const routes: Readonly<Record<string, readonly string[]>> = {
  [`post ${logPath}`]: Object.values(problems)
    .map(({ code }) => code)
    .filter((code) => code !== 'HP_INVALID_QUERY' && code !== 'HP_NOT_FOUND'),
  [`post ${batchPath}`]: ['HP_INVALID_EVENT', 'HP_OVERLOADED', 'HP_DRAINING'],
  [`get ${listPath}`]: [
    'HP_NO_KEY',
    'HP_WRONG_KEY',
    'HP_INVALID_QUERY',
    'HP_STORE_UNAVAILABLE',
    'HP_INTERNAL',
  ],
  [`get ${listPath}/summary`]: ['HP_STORE_UNAVAILABLE', 'HP_INTERNAL'],
  [`get ${listPath}/{fingerprint}`]: ['HP_NOT_FOUND', 'HP_STORE_UNAVAILABLE', 'HP_INTERNAL'],
  'get /health/live': [],
  'get /health/ready': ['HP_STORE_UNAVAILABLE', 'HP_DRAINING'],
  'get /metrics': [],
  'get /openapi.json': [],
};

export function openApiDocument(stage: () => Stage): void {
  const read = async (): Promise<Document> =>
    JSON.parse((await ask(stage().service.url, { path: '/openapi.json' })).text);

  describe('the OpenAPI document', () => {
    test('lists every route and nothing else', async () => {
      const { openapi, paths } = await read();
      expect(openapi).toBe('3.1.0');
      const listed = Object.entries(paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method} ${path}`),
      );
      expect(listed.sort()).toEqual(Object.keys(routes).sort());
    });

    test('says of every route with which codes it refuses', async () => {
      const { paths } = await read();
      for (const [route, codes] of Object.entries(routes)) {
        const [method = '', path = ''] = route.split(' ');
        const said = Object.values(paths[path]?.[method]?.responses ?? {}).map(
          ({ description }) => description,
        );
        for (const code of codes)
          expect([route, said.join(' ')]).toEqual([route, expect.stringContaining(code)]);
      }
    });

    test('knows every problem code, and none that does not exist', async () => {
      const text = JSON.stringify(await read());
      const named = new Set(text.match(/HP_[A-Z_]+/g));
      expect([...named].sort()).toEqual(
        Object.values(problems)
          .map(({ code }) => code)
          .sort(),
      );
    });

    test('has no reference that leads nowhere', async () => {
      const document = await read();
      for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)) {
        const target = pointer
          .split('/')
          .reduce<unknown>(
            (at, key) => (at as Record<string, unknown> | undefined)?.[key],
            document,
          );
        expect(target, pointer).toBeTypeOf('object');
      }
    });

    test('every route that it lists is served', async () => {
      const { paths } = await read();
      for (const [path, item] of Object.entries(paths)) {
        for (const method of Object.keys(item)) {
          const answer = await ask(stage().service.url, {
            method: method.toUpperCase(),
            path: path.replace('{fingerprint}', 'f'.repeat(64)),
            ...(method === 'post' && { body: '{}' }),
          });
          expect([method, path, answer.text]).not.toEqual([
            method,
            path,
            expect.stringContaining(
              'There is nothing at this address.","status":404,"code":"HP_NOT_FOUND","detail":"See',
            ),
          ]);
        }
      }
    });
  });
}
