import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IngestedEvent } from '@hotpath/contract/event';
import { issuesPerProjectMax } from '@hotpath/contract/limits';
import { Problem, problems } from '@hotpath/contract/problems';
import { openProjects, type Projects } from '@hotpath/contract/projects';
import { Redis, type RedisOptions, ReplyError, type Result } from 'ioredis';
import { rulesOf } from './batch-rules.js';
import { type BatchStore, NotCounted } from './batch-store.js';
import { type Chunk, unpackChunk } from './chunk.js';
import { eventKeyOf, issueKeyOf } from './issue-key.js';
import type { KeptCounting } from './journal-record.js';
import * as limits from './limits.js';
import { backlogOf, key } from './redis-layout.js';
import { unpackSample } from './sample.js';

/** Refusals that Redis makes before a script writes anything. */
const refusedWhole =
  /^(OOM|READONLY|LOADING|NOAUTH|WRONGPASS|NOPERM|MISCONF|MASTERDOWN|CLUSTERDOWN)/;
/** "Connection is closed" says nothing: it also ends calls that were sent. */
const neverSent = /^Stream isn't writeable/;

/** The sender's watermark is past this batch. */
export class StaleBatch extends Error {}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countBatch(...args: (string | number)[]): Result<string, Context>;
    claimChunk(...args: (string | number)[]): Result<[string, string] | null, Context>;
    releaseChunk(...args: (string | number)[]): Result<number, Context>;
  }
}

const script = (name: string, numberOfKeys: number) => ({
  numberOfKeys,
  lua: readFileSync(new URL(`../lua/${name}-${numberOfKeys}.lua`, import.meta.url), 'utf8'),
});

/** Deltas that MySQL may not have, at one moment. */
export interface Unsynced {
  /** In the order asked for: events that are in no chunk yet. */
  readonly pending: readonly number[];
  /** Chunks that have a number; MySQL knows whether it has them. */
  readonly chunks: readonly Chunk[];
  /** Of the project that was asked for. */
  readonly backlogEvents: number;
  /** Chunks released so far: equal at two moments means none was released between. */
  readonly released: number;
}

/** Fails fast: a caller never waits for a Redis that is away or frozen. */
export const failFast: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: limits.redisAnswerMsMax,
  connectTimeout: limits.redisConnectMsMax,
  retryStrategy: () => limits.redisReconnectMs,
};

/** Everything this arm keeps in Redis. Nobody else knows its layout. */
export class CounterStore implements BatchStore {
  /** This process, to the watermark; a new one at every start. */
  readonly sender = randomBytes(8).toString('hex');
  private answered = { sequence: 0, untilMs: 0 };

  constructor(
    private readonly redis: Redis,
    private readonly projects: Projects = openProjects,
  ) {
    redis.defineCommand('countBatch', script('countBatch', 7));
    redis.defineCommand('claimChunk', script('claimChunk', 5));
    redis.defineCommand('releaseChunk', script('releaseChunk', 4));
  }

  /**
   * One character an event, and before them '!' when Redis has lost data, as countBatch-7.lua says.
   * @param sender of a batch that another process has left
   * @param acknowledged its events must count, whatever their project's rate
   * @throws {NotCounted} when certain; {StaleBatch}; anything else leaves it unknown
   */
  async countBatch(
    sequence: number,
    batch: readonly KeptCounting[],
    sender = this.sender,
    acknowledged = false,
  ): Promise<string> {
    const args: (string | number)[] = [key.pending, key.known, key.samples, key.senders];
    args.push(key.idsNew, key.idsOld, key.meta);
    const known = sender === this.sender && Date.now() < this.answered.untilMs;
    args.push(sender, sequence, limits.eventIdWindowMs, known ? this.answered.sequence : 0);
    args.push(acknowledged ? '1' : '0', issuesPerProjectMax, ...rulesOf(batch, this.projects));
    for (const { event, sample } of batch) {
      args.push(issueKeyOf(event), eventKeyOf(event), event.seenAtMs, sample);
    }
    const answer = await this.redis.countBatch(...args).catch(refusal);
    if (sender === this.sender) this.answered = { sequence, untilMs: Date.now() + senderKeptMs };
    return answer;
  }

  /**
   * @param claimPending take all that is pending now; else only what is left of an earlier claim
   * @param takeoverMs age at which another worker's claim is taken over
   */
  async claimChunk(claimPending: boolean, takeoverMs: number): Promise<Chunk | null> {
    const { pending, claimed, chunks, chunkClaims, meta } = key;
    const args = [limits.chunkRowsMax, claimPending ? '1' : '0', takeoverMs, randomUUID()];
    const keys = [pending, claimed, chunks, chunkClaims, meta];
    const chunk = await this.redis.claimChunk(...keys, ...args);
    return chunk && unpackChunk(...chunk);
  }

  /** @param stored fingerprints whose samples MySQL now has */
  async releaseChunk(chunk: Chunk, stored: readonly string[]): Promise<void> {
    const { chunks, chunkClaims, meta, samples } = key;
    const events = new Map<string, number>();
    for (const { project, count } of chunk.rows) {
      events.set(project, (events.get(project) ?? 0) + count);
    }
    const keys = [chunks, chunkClaims, meta, samples];
    await this.redis.releaseChunk(...keys, chunk.id, events.size, ...[...events].flat(), ...stored);
  }

  /** The samples that are still here, of at most `chunkRowsMax` fingerprints. */
  async samples(fingerprints: readonly string[]): Promise<IngestedEvent[]> {
    if (fingerprints.length === 0) return [];
    const packed = await this.redis.hmget(key.samples, ...fingerprints);
    return packed.flatMap((sample) => (sample ? [unpackSample(sample)] : []));
  }

  /** @param fingerprints at least one */
  async dropSamples(fingerprints: readonly string[]): Promise<void> {
    await this.redis.hdel(key.samples, ...fingerprints);
  }

  async unsynced(fingerprints: readonly string[], project: string): Promise<Unsynced> {
    const asked = fingerprints.map((fingerprint) => issueKeyOf({ fingerprint, project }));
    if (asked.length === 0) asked.push('none');
    const results = await this.redis
      .multi()
      .hmget(key.pending, ...asked)
      .hmget(key.claimed, ...asked)
      .hgetall(key.chunks)
      .hgetall(key.meta)
      .exec()
      .catch(away);
    const [pending, claimed, chunks, meta] = (results ?? []).map(([error, value]) => {
      if (error) throw error;
      return value;
    }) as [Packed[], Packed[], Record<string, string>, Record<string, string>];
    return {
      pending: fingerprints.map((_, i) => countOf(pending[i]) + countOf(claimed[i])),
      chunks: Object.entries(chunks).map(([id, packed]) => unpackChunk(id, packed)),
      backlogEvents: backlogOf(meta, project),
      released: Number(meta.released ?? 0),
    };
  }

  async backlogEvents(): Promise<number> {
    return Number((await this.redis.hget(key.meta, 'backlogEvents')) ?? 0);
  }

  /** Age of the oldest acknowledged event that MySQL may not have, ms; 0 without any. */
  async backlogAgeMs(): Promise<number> {
    const [pending, claimed, meta, chunks] = await Promise.all([
      this.redis.exists(key.pending),
      this.redis.exists(key.claimed),
      this.redis.hmget(key.meta, 'pendingSinceMs', 'claimedSinceMs'),
      this.redis.hvals(key.chunks),
    ]);
    const since = chunks.map((packed) => Number.parseInt(packed, 10));
    if (pending) since.push(Number(meta[0]));
    if (claimed) since.push(Number(meta[1]));
    return since.length ? Math.max(0, Date.now() - Math.min(...since)) : 0;
  }

  /**
   * Forgets senders that were last heard of `sendersKeptDays` ago. Not when they drain: a copy of a batch
   * may still lie in a connection that they gave up.
   */
  async forgetOldSenders(): Promise<void> {
    const oldestMs = Date.now() - senderKeptMs;
    for (const [sender, last] of Object.entries(await this.redis.hgetall(key.senders))) {
      if (Number(last.split(':', 2)[1]) < oldestMs) await this.redis.hdel(key.senders, sender);
    }
  }

  async answers(): Promise<boolean> {
    return this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  disconnect(): void {
    this.redis.disconnect();
  }
}

type Packed = string | null;

const senderKeptMs = limits.sendersKeptDays * 86_400_000;

function refusal(error: Error): never {
  const { message } = error;
  if (message.startsWith('STALE')) throw new StaleBatch(message);
  if (error instanceof ReplyError ? refusedWhole.test(message) : neverSent.test(message)) {
    throw new NotCounted('Redis does not take events now.', { cause: error });
  }
  throw error;
}

function away(cause: Error): never {
  throw new Problem(problems.storeUnavailable, 'Redis is away.', undefined, { cause });
}

const countOf = (packed: Packed | undefined): number => (packed ? Number.parseInt(packed, 10) : 0);
