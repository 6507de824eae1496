/** Methods, paths and queries: what a service is asked for. */
import { openApi } from '@hotpath/contract/http/openapi';
import fc from 'fast-check';
import { asked, type Input, jsonHeader } from './input.js';

const body = Buffer.from('{"message":"to nowhere"}');

const paths = [
  ...Object.keys(openApi.paths),
  '/',
  '/api',
  '/debug',
  '/debug/request-samples',
  '/..%2f..%2fetc%2fpasswd',
];
const segment = fc.oneof(
  fc.webSegment(),
  fc.constantFrom(
    '..',
    '%2e%2e',
    '%00',
    '%',
    '%zz',
    '%c0%af',
    '//',
    ';',
    '%F0%9F%92%A5',
    "'",
    '{fingerprint}',
  ),
);
const target = fc.oneof(
  fc.constantFrom(...paths),
  fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  fc.tuple(fc.constantFrom(...paths), segment).map(([path, part]) => `${path}/${part}`),
  fc.nat({ max: 9_000 }).map((length) => `/api/v1/errors/${'a'.repeat(length)}`),
  fc.constantFrom('*', 'http://elsewhere/api/v1/errors', '//elsewhere/', '/api/v1/errors#x'),
);
/** Not CONNECT, nor PRI: their answer is no HTTP any more. */
const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'M-SEARCH',
];

export const addresses: fc.Arbitrary<Input> = fc
  .tuple(fc.constantFrom(...methods), target, fc.constantFrom(null, body))
  .map(([method, path, sent]) =>
    asked({ method, target: path, headers: sent ? [jsonHeader] : [], body: sent }),
  );

const list = openApi.paths['/api/v1/errors'].get.parameters;
const value = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.integer({ min: -2, max: 10_000 }).map(String),
  fc.constantFrom(
    'lastSeen',
    'count',
    '',
    '%00',
    '%ff',
    'null',
    '1e3',
    '0x10',
    '%25%25%25',
    'a'.repeat(500),
    '_%5c%25',
  ),
  fc.base64String().map(encodeURIComponent),
);

/** From the description that the service itself gives of its parameters, held and broken. */
export const queries: fc.Arbitrary<Input> = fc
  .array(fc.tuple(fc.constantFrom(...list.map(({ name }) => name), 'other', 'sort[]'), value), {
    maxLength: 6,
  })
  .map((pairs) => {
    const query = pairs.map((pair) => pair.join('=')).join('&');
    return asked({ method: 'GET', target: `/api/v1/errors?${query}`, headers: [], body: null });
  });
