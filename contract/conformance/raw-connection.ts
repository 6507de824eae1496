/** One TCP connection, any bytes: what no HTTP client would send. */
import { connect, type Socket } from 'node:net';

const closeMsMax = 15_000;

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RawClosed {
  /** In the order in which they came. */
  readonly answers: readonly RawAnswer[];
  /** From the first byte sent until the service closed. */
  readonly ms: number;
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), noDelay: true });
}

/**
 * Sends bytes and reads until the service closes, or until it has given as many answers.
 * @throws {Error} when it does neither in time
 */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  { answersMax = Number.POSITIVE_INFINITY, msMax = closeMsMax } = {},
): Promise<RawClosed> {
  const socket = open(url);
  const startedAt = performance.now();
  let received = Buffer.alloc(0);
  try {
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`neither closed nor answered in ${msMax} ms`));
      const timer = setTimeout(late, msMax);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      socket.on('data', (part) => {
        received = Buffer.concat([received, part]);
        if (answersIn(received).length >= answersMax) end();
      });
      socket.on('error', end).on('close', end);
      socket.write(bytes);
    });
  } finally {
    socket.destroy();
  }
  return { answers: answersIn(received), ms: performance.now() - startedAt };
}

/** All of them state their length. */
function answersIn(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.toString('latin1', 0, Math.max(headEnd, 0)).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const bodyEnd = headEnd + 4 + Number(headers['content-length'] ?? 0);
    if (headEnd < 0 || rest.length < bodyEnd) return answers;
    const text = rest.toString('utf8', headEnd + 4, bodyEnd);
    answers.push({ status: Number(first.split(' ')[1]), headers, text });
    rest = rest.subarray(bodyEnd);
  }
}
