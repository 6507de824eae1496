import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { IngestedEvent } from '../event.js';
import { defaultProject } from '../projects.js';

// mysql2 gives BIGINT as a string once it is large; counts stay far below 2^53.
const toNumber = { to: (value: number) => value, from: (value: string | number) => Number(value) };

/** All events with one fingerprint. One table shape for both arms; the migration beside it makes it. */
@Entity('issues')
@Index('issues_by_last_seen', ['project', 'lastSeenAt', 'id'])
@Index('issues_by_count', ['project', 'count', 'id'])
export class Issue {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: string;

  /** 64 hex digits; unique. */
  @Column({ type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin', unique: true })
  fingerprint: string;

  @Column({ type: 'text' })
  message: string;

  @Column({ name: 'stack_trace', type: 'mediumtext', nullable: true })
  stackTrace: string | null;

  @Column({ type: 'varchar', length: 16 })
  level: string;

  @Column({ type: 'varchar', length: 64, nullable: true })
  environment: string | null;

  @Column({ name: 'release_name', type: 'varchar', length: 128, nullable: true })
  release: string | null;

  /** Distinct events. */
  @Column({ type: 'bigint', unsigned: true, transformer: toNumber })
  count: number;

  @Column({ name: 'first_seen_at', type: 'datetime', precision: 3 })
  firstSeenAt: Date;

  @Column({ name: 'last_seen_at', type: 'datetime', precision: 3 })
  lastSeenAt: Date;

  /** Whose it is. The fingerprint is made with it, so that no two projects have one in common. */
  @Column({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  project: string;
}

/** What an event says of its issue: all columns but the count. */
export function columnsOf(event: IngestedEvent) {
  // Samples of an earlier version have no project: there was one.
  const { fingerprint, project = defaultProject, message, stackTrace } = event;
  const { level, environment, release } = event;
  const seenAt = new Date(event.seenAtMs);
  const columns = { fingerprint, project, message, stackTrace, level, environment, release };
  return { ...columns, firstSeenAt: seenAt, lastSeenAt: seenAt };
}
