/** What the sync moves at once: rows that were fixed under a number. */
import { fromIssueKey } from './issue-key.js';

export interface ChunkRow {
  readonly project: string;
  readonly fingerprint: string;
  readonly count: number;
  readonly lastSeenMs: number;
}

export interface Chunk {
  readonly id: string;
  readonly rows: readonly ChunkRow[];
}

export function unpackChunk(id: string, packed: string): Chunk {
  const rows = packed.split('\n').slice(1);
  return {
    id,
    rows: rows.map((row) => {
      const [key = '', count, lastSeenMs] = row.split(' ');
      return { ...fromIssueKey(key), count: Number(count), lastSeenMs: Number(lastSeenMs) };
    }),
  };
}
