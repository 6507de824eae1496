/** One request to an API under chaos, and what its answer promises. */
import { Agent, request } from 'node:http';
import { defaultProject } from '@hotpath/contract/projects';
import { type ChaosProject, ingestKeyOf } from './projects.js';
import type { Attempt, ChaosEvent, Fate } from './told.js';

const answerMsMax = 3_000;
const connectionsMax = 64;
const path = { one: '/api/v1/errors/log', batch: '/api/v1/errors/batch' };

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface BatchReceipt {
  readonly status?: string;
  readonly problem?: { readonly status: number };
}

export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });

  /** @param startedAt by performance.now(), the load's beginning */
  constructor(private readonly startedAt: number) {}

  close(): void {
    this.agent.destroy();
  }

  async one(url: string, event: ChaosEvent): Promise<Attempt> {
    const { project, ...body } = event;
    const { attempt } = await this.send(`${url}${path.one}`, project, body);
    return attempt;
  }

  /** Events of one project. Resolves with an attempt an event, in the same order. */
  async batch(url: string, events: readonly ChaosEvent[]): Promise<Attempt[]> {
    const project = events[0]?.project ?? defaultProject;
    const bodies = events.map(({ project: _none, ...body }) => body);
    const { attempt, text } = await this.send(`${url}${path.batch}`, project, { events: bodies });
    if (attempt.fate !== 'acknowledged') return events.map(() => attempt);
    const { data } = JSON.parse(text) as { data: { receipts: BatchReceipt[] } };
    return events.map((_, i) => {
      const { status, problem } = data.receipts[i] ?? {};
      if (status !== undefined) return attempt;
      // A receipt that is missing promises nothing.
      const refusedBy = problem?.status ?? 500;
      return { ...attempt, fate: fateOfStatus(refusedBy), answer: `207 ${refusedBy}` };
    });
  }

  private async send(
    url: string,
    project: ChaosProject,
    body: object,
  ): Promise<{ attempt: Attempt; text: string }> {
    const sentAt = performance.now();
    let answer: Answer | NodeJS.ErrnoException;
    try {
      answer = await this.post(url, ingestKeyOf(project), JSON.stringify(body));
    } catch (error) {
      answer = error as NodeJS.ErrnoException;
    }
    const failed = answer instanceof Error;
    const attempt = {
      atMs: Math.round(sentAt - this.startedAt),
      ms: Math.round(performance.now() - sentAt),
      fate: failed ? fateOfFailure(answer as Error) : fateOfStatus((answer as Answer).status),
      answer: failed ? codeOf(answer as Error) : String((answer as Answer).status),
    };
    return { attempt, text: failed ? '' : (answer as Answer).text };
  }

  private post(url: string, key: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        agent: this.agent,
        headers: {
          ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          'content-length': Buffer.byteLength(body),
        },
      });
      // Of the whole exchange: a socket's own time-out begins anew with each byte.
      const late = setTimeout(() => sent.destroy(new Error('TIMEOUT')), answerMsMax);
      const end = (settle: () => void) => {
        clearTimeout(late);
        settle();
      };
      sent.on('error', (error) => end(() => reject(error)));
      sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('error', (error) => end(() => reject(error)));
        response.on('end', () => end(() => resolve({ status: response.statusCode ?? 0, text })));
      });
      sent.end(body);
    });
  }
}

/** 4xx and 503 promise that nothing is stored (contract/src/problems.ts). */
function fateOfStatus(status: number): Fate {
  if (status >= 200 && status < 300) return 'acknowledged';
  return (status >= 400 && status < 500) || status === 503 ? 'refused' : 'unknown';
}

/** Nobody listened, so nothing was sent; any other failure may have come after the event did. */
function fateOfFailure(error: Error): Fate {
  return codeOf(error) === 'ECONNREFUSED' ? 'refused' : 'unknown';
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message;
