/** HTTP as the tests need it: any bytes in, the answer's status, headers, text and time out. */
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { IssuePage, IssueView, Summary } from '@hotpath/contract/ports';
import type { ProblemBody } from '@hotpath/contract/problems';

export const logPath = '/api/v1/errors/log';
export const batchPath = '/api/v1/errors/batch';
export const listPath = '/api/v1/errors';
const json = 'application/json';
const answerMsMax = 30_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
}

export interface Receipt {
  readonly status: 'saved' | 'queued' | 'duplicate';
  readonly fingerprint: string;
  readonly truncated?: readonly string[];
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  /** Instead of the JSON content type that a body has by default. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Without Content-Length, in chunks: the server cannot know the size beforehand. */
  readonly chunked?: boolean;
}

/**
 * One request on a connection of its own, so that no other test's connection is reused.
 * @throws {Error} when there is no answer
 */
export function ask(url: string, { method, path, headers, body, chunked }: Ask): Promise<Answer> {
  // Kept alive, as clients do: a connection that is to close is closed on the rest of a refused body.
  const agent = new Agent({ keepAlive: true });
  const answer = new Promise<Answer>((resolve, reject) => {
    const startedAt = performance.now();
    const sent = request(new URL(path, url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      agent,
      headers: {
        ...(headers ?? (body === undefined ? {} : { 'content-type': json })),
        ...(body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      timeout: answerMsMax,
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${answerMsMax} ms`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, text, ms: performance.now() - startedAt });
      });
    });
    sent.end(body);
  });
  return answer.finally(() => agent.destroy());
}

export const post = (url: string, event: unknown): Promise<Answer> =>
  ask(url, { path: logPath, body: JSON.stringify(event) });

export const postBatch = (url: string, events: readonly unknown[]): Promise<Answer> =>
  ask(url, { path: batchPath, body: JSON.stringify({ events }) });

export const receiptOf = ({ text }: Answer): Receipt => JSON.parse(text).data;

export type BatchReceipt = Receipt & { readonly problem?: ProblemBody };

export const receiptsOf = ({ text }: Answer): readonly BatchReceipt[] =>
  JSON.parse(text).data.receipts;

export const problemOf = ({ text }: Answer): ProblemBody => JSON.parse(text);

/** Posts an event that must be acknowledged. */
export async function acknowledged(url: string, event: unknown): Promise<Receipt> {
  const answer = await post(url, event);
  if (answer.status !== 200) throw new Error(`not acknowledged: ${answer.status} ${answer.text}`);
  return receiptOf(answer);
}

async function get<T>(url: string, path: string): Promise<T> {
  const answer = await ask(url, { path });
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

export function list(url: string, query: Record<string, string | number>): Promise<IssuePage> {
  const search = new URLSearchParams(query as Record<string, string>);
  return get(url, `${listPath}?${search}`);
}

export const find = (url: string, fingerprint: string): Promise<IssueView> =>
  get(url, `${listPath}/${fingerprint}`);

export const summary = (url: string): Promise<Summary> => get(url, `${listPath}/summary`);

/** As an answer to compare: what may differ between two arms and between two moments is taken out. */
export const withoutStatusAndTime = (text: string): string =>
  text
    .replace(/"status":"(?:saved|queued)"/g, '"status":"…"')
    .replace(/"timestamp":"[^"]*"/g, '"timestamp":"…"');
