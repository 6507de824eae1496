import { describe, expect, test } from 'vitest';
import {
  type Answer,
  acknowledged,
  ask,
  find,
  logPath,
  receiptOf,
  withoutStatusAndTime,
} from './client.ts';
import type { Stage } from './service.ts';
import { sighting } from './sightings.ts';
import { bodyCases } from './validation/bodies.ts';
import type { Case } from './validation/case.ts';
import { fieldCases } from './validation/fields.ts';
import { textTable } from './validation/texts.ts';

/** Each is one request; the answer is the same from every arm, but for `status`. */
export const validationTable: readonly Case[] = [...fieldCases, ...textTable, ...bodyCases];

export const send = (url: string, { path = logPath, body, headers, chunked }: Case) =>
  ask(url, {
    method: 'POST',
    path,
    body,
    ...(headers && { headers }),
    ...(chunked && { chunked }),
  });

/** All that a client can see of an answer, for comparing two arms. */
export const comparable = ({ status, headers, text }: Answer): string =>
  [status, headers['content-type'], headers['retry-after'], withoutStatusAndTime(text)].join(' ');

export function validation(stage: () => Stage): void {
  describe('validation', () => {
    test('no two cases have one name', () => {
      const names = validationTable.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    });

    test.each(validationTable)('$name: $expected.status', async (case_) => {
      const { url } = stage().service;
      const answer = await send(url, case_);
      const { status, code, errors, truncated, shown } = case_.expected;
      expect(answer.status, answer.text).toBe(status);
      if (code) return expectProblem(answer, { status, code, errors });
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      if (case_.path) return;
      expect(receiptOf(answer).truncated).toEqual(truncated);
      if (shown) expect(await find(url, receiptOf(answer).fingerprint)).toMatchObject(shown);
    });

    test('an event from the future counts as one of now', async () => {
      const before = Date.now();
      const { url } = stage().service;
      const event = sighting({ occurredAt: '9999-12-31T23:59:59Z' });
      const { lastSeen } = await find(url, (await acknowledged(url, event)).fingerprint);
      expect(Date.parse(lastSeen)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(lastSeen)).toBeLessThanOrEqual(Date.now());
    });
  });
}

function expectProblem(answer: Answer, expected: object): void {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer.text);
  expect({ status: problem.status, code: problem.code, errors: problem.errors }).toEqual(expected);
  expect(problem).toMatchObject({
    type: 'about:blank',
    title: expect.stringMatching(/\.$/),
    detail: expect.stringMatching(/\.$/),
    retryable: false,
  });
}
