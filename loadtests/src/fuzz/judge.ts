/** What must hold of everything that a service answers, whatever it was sent. */
import { openApi } from '@hotpath/contract/http/openapi';
import { problems } from '@hotpath/contract/problems';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import type { HttpAnswer } from './answer-reader.js';
import type { Exchange } from './exchange.js';
import type { Input } from './input.js';

const statusByCode = new Map(
  Object.values(problems).map(({ code, status }) => [`${code}`, status]),
);

/** A frame of a stack, a module, a place in a file: nothing of ours belongs into an answer. */
const insides = /\n\s+at |node_modules|node:internal|\.[cm]?[jt]s:\d+|\/(home|root|usr|work|app)\//;

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...openApi, $id: 'openapi' } as AnySchema);
const answerOf = (path: string, method: string, status: string): ValidateFunction => {
  const place = [path, method, 'responses', status, 'content', 'application/json', 'schema'];
  const escaped = place.map((part) =>
    encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1')),
  );
  return ajv.compile({ $ref: `openapi#/paths/${escaped.join('/')}` });
};
const ingestAnswers = {
  log: answerOf('/api/v1/errors/log', 'post', '200'),
  batch: answerOf('/api/v1/errors/batch', 'post', '207'),
};

/** What is wrong, in words; none: nothing. */
export function offences(input: Input, { answers, end, garbage, ms }: Exchange): string[] {
  const found = answers.flatMap((answer) => answerOffences(answer));
  if (garbage !== null) found.push(`what came is not HTTP: ${garbage}`);
  if (end === 'silent') found.push(`neither an answer nor a close in ${Math.round(ms)} ms`);
  const missing = input.due.length - answers.length;
  if (end === 'closed' && missing > 0 && input.ending === 'wait' && !saidClose(answers)) {
    found.push(`closed with ${missing} answers due`);
  }
  return found;
}

/** After an answer with `Connection: close` what was pipelined behind it has none. */
const saidClose = (answers: readonly HttpAnswer[]) =>
  answers.at(-1)?.headers.get('connection')?.toLowerCase() === 'close';

function answerOffences(answer: HttpAnswer): string[] {
  const { status, headers, body } = answer;
  const found: string[] = [];
  if (status >= 500) found.push(`status ${status}: ${body.slice(0, 200)}`);
  if (headers.get('x-content-type-options') !== 'nosniff') found.push('no nosniff');
  if (headers.get('cache-control') !== 'no-store') found.push('may be cached');
  if (headers.has('x-powered-by') || headers.has('server')) found.push('says what it is made of');
  if (status >= 400) return [...found, ...problemOffences(answer)];
  const schema = receiptSchemaOf(body);
  if (schema && !schema(JSON.parse(body))) found.push(`schema: ${ajv.errorsText(schema.errors)}`);
  return found;
}

function problemOffences({ status, headers, body }: HttpAnswer): string[] {
  const found: string[] = [];
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) found.push(`${status} is ${type || 'untyped'}`);
  if (insides.test(body)) found.push(`shows insides: ${body.slice(0, 300)}`);
  if (body === '') return found; // to HEAD
  try {
    const { code, status: said } = JSON.parse(body) as { code: string; status: number };
    if (statusByCode.get(code) !== status || said !== status)
      found.push(`${status} says ${code}, ${said}`);
  } catch {
    found.push(`${status} is no JSON: ${body.slice(0, 100)}`);
  }
  return found;
}

function receiptSchemaOf(body: string): ValidateFunction | null {
  if (body.startsWith('{"success":') && body.includes('"receipts":')) return ingestAnswers.batch;
  return body.startsWith('{"success":') ? ingestAnswers.log : null;
}

export interface Receipts {
  counted: number;
  duplicate: number;
}

/** Events that the answers acknowledge. */
export function receiptsIn(answers: readonly HttpAnswer[]): Receipts {
  const text = answers.filter(({ status }) => status < 300).map(({ body }) => body);
  const times = (status: RegExp) =>
    text.reduce((sum, body) => sum + (body.match(status)?.length ?? 0), 0);
  return {
    counted: times(/"status":"(saved|queued)"/g),
    duplicate: times(/"status":"duplicate"/g),
  };
}
