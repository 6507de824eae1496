/** What a fuzzed client sends over one connection. */

export interface RequestShape {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null: none, and no Content-Length. */
  readonly body: Buffer | null;
}

/** Waits for the answers, closes its half of the connection first, or resets the connection at once. */
export type Ending = 'wait' | 'end' | 'reset';

export interface Input {
  readonly writes: readonly Buffer[];
  /** Methods of the requests to which an answer is due; none: what was sent may be no HTTP. */
  readonly due: readonly string[];
  readonly ending: Ending;
  /** Most events that the service may find in it. */
  readonly eventsMax: number;
}

/** Bytes of a well-formed request, but for what the shape itself breaks. */
export function bytesOf({ method, target, headers, body }: RequestShape): Buffer {
  const length = body === null ? [] : [['content-length', String(body.length)] as const];
  const lines = [['host', 'localhost'] as const, ...length, ...headers];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ]);
}

/** One request, written whole, that is due an answer. */
export function asked(shape: RequestShape, eventsMax = 1): Input {
  return { writes: [bytesOf(shape)], due: [shape.method], ending: 'wait', eventsMax };
}

export const jsonHeader = ['content-type', 'application/json'] as const;
export const logPath = '/api/v1/errors/log';
export const batchPath = '/api/v1/errors/batch';

export function posted(target: string, body: Buffer, eventsMax = 1): Input {
  return asked({ method: 'POST', target, headers: [jsonHeader], body }, eventsMax);
}

/** For people: the beginning of what was sent, in one line. */
export function describeInput({ writes, ending }: Input): string {
  const charsMax = 600;
  const text = JSON.stringify(Buffer.concat([...writes]).toString('latin1'));
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}… (${text.length})` : text;
  return `${writes.length === 1 ? '' : `${writes.length} writes `}${cut} then ${ending}`;
}
