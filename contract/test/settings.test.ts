import { drainMsMaxDefault } from '@hotpath/contract/limits';
import { hostSettings, mysqlSettings, parseSettings } from '@hotpath/contract/settings';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const schema = z.object({ ...hostSettings, ...mysqlSettings });
const good = { DATABASE_URL: 'mysql://u:p@127.0.0.1:3306/x' };

function refusalOf(environment: unknown): string {
  try {
    parseSettings(schema, environment);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const named = (message: string) => [...message.matchAll(/^ {2}(\w+): ./gm)].map((m) => m[1]);

describe('settings', () => {
  test('have safe defaults', () => {
    expect(parseSettings(schema, { ...good, OTHER: 'x' })).toEqual({
      ...good,
      HOST: '127.0.0.1',
      PORT: 0,
      DRAIN_GRACE_MS: 0,
      DRAIN_MS_MAX: drainMsMaxDefault,
      POOL_SIZE: 10,
    });
  });

  test('cannot be changed', () => {
    expect(Object.isFrozen(parseSettings(schema, good))).toBe(true);
  });

  test('are refused whole, every bad variable named', () => {
    const bad = { DATABASE_URL: 'x', POOL_SIZE: '0', PORT: 'http', HOST: '', DRAIN_MS_MAX: '1e9' };
    expect(named(refusalOf(bad)).sort()).toEqual(Object.keys(bad).sort());
    expect(named(refusalOf({}))).toEqual(['DATABASE_URL']);
  });

  test.each([
    ['PORT', ['-1', '65536', '1.5', 'x', 'NaN', 'Infinity', '0x10000']],
    ['POOL_SIZE', ['0', '-1', '1001', '2.5', 'ten']],
    ['DRAIN_MS_MAX', ['99', '120001', '10s']],
    ['HOST', ['']],
    [
      'DATABASE_URL',
      ['', 'x', 'localhost:3306', 'postgres://u:p@h/x', 'redis://h', 'http://mysql://'],
    ],
  ])('%s is refused when it is %j', (name, values) => {
    for (const value of values) {
      expect([value, named(refusalOf({ ...good, [name]: value }))]).toEqual([value, [name]]);
    }
  });

  test('a number left empty is a mistake, not a zero', () => {
    for (const name of ['PORT', 'POOL_SIZE', 'DRAIN_MS_MAX']) {
      expect(named(refusalOf({ ...good, [name]: '' }))).toEqual([name]);
      expect(named(refusalOf({ ...good, [name]: ' ' }))).toEqual([name]);
    }
  });

  test('a refusal quotes no value: it may be a password', () => {
    const secret = 'hunter2';
    const values = [secret, `${secret}://a`, `postgres://u:${secret}@h/x`, `mysql//u:${secret}@h`];
    for (const value of values) {
      const environment = { DATABASE_URL: value, PORT: value, POOL_SIZE: value };
      expect(refusalOf(environment)).not.toContain(secret);
    }
  });
});
