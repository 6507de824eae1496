import {
  hostSettings,
  mysqlSettings,
  parseSettings,
  projectSettings,
  url,
  whole,
} from '@hotpath/contract/settings';
import { z } from 'zod';

export const settingsSchema = z.object({
  ...hostSettings,
  ...projectSettings,
  ...mysqlSettings,
  /** redis://:password@host:port/database */
  REDIS_URL: url(/^rediss?$/),
  /** Between two moves of counts to MySQL: the longest a count is invisible there, load permitting. */
  SYNC_INTERVAL_MS: whole(100, 3_600_000).default(2_000),
  /** On local disk, and still there after a restart: where the API keeps batches while Redis is out. */
  JOURNAL_DIRECTORY: z.string().min(1).default('journal'),
  /** Of one API process; over it events are shed with 503. 1 GiB is a million events of 1 KiB. */
  JOURNAL_BYTES_MAX: whole(4 * 1_048_576, 9_999_999_999).default(1_073_741_824),
  /** Events of one API process that wait to be durable; the next is shed with 503. */
  IN_FLIGHT_EVENTS_MAX: whole(1, 1_000_000).default(10_000),
});

/** @throws {Error} before the port opens; names, never values */
export const config = parseSettings(settingsSchema, process.env);
