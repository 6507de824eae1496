export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Reads answers off a connection. They all state their length; anything else is garbage, which is what we look for. */
export class AnswerReader {
  readonly answers: HttpAnswer[] = [];
  garbage: string | null = null;
  private rest = Buffer.alloc(0);

  /** @param methods of the requests, in order: an answer to HEAD has no body */
  constructor(private readonly methods: readonly string[]) {}

  add(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.garbage === null && this.next());
  }

  private next(): boolean {
    const headEnd = this.rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return false;
    const [statusLine = '', ...lines] = this.rest.toString('latin1', 0, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (!status) return this.refuse(statusLine);
    const headers = new Map(lines.map((line) => fieldOf(line)));
    const bodyStart = headEnd + 4;
    const length = this.lengthOf(status, headers);
    if (length === null) return this.refuse(`no content-length: ${lines.join(' | ')}`);
    if (this.rest.length < bodyStart + length) return false;
    const body = this.rest.toString('utf8', bodyStart, bodyStart + length);
    this.rest = this.rest.subarray(bodyStart + length);
    if (status >= 200) this.answers.push({ status, headers, body }); // 100 Continue is none
    return true;
  }

  private lengthOf(status: number, headers: ReadonlyMap<string, string>): number | null {
    const toHead = this.methods[this.answers.length] === 'HEAD';
    if (toHead || status < 200 || status === 204 || status === 304) return 0;
    const length = headers.get('content-length');
    return length === undefined ? null : Number(length);
  }

  private refuse(what: string): false {
    this.garbage = what.slice(0, 200);
    return false;
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
