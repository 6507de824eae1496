import { hostSettings, mysqlSettings, parseSettings, url, whole } from '@hotpath/contract/settings';
import { z } from 'zod';

const floorSettings = z.object({
  ...hostSettings,
  /** A slowdown on purpose, to see whether the rig finds it: share of its own CPU that it burns besides. */
  PLANTED_SHARE: z
    .string()
    .regex(/^(0(\.\d{1,5})?|1)$/, 'must be a share from 0 to 1')
    .transform(Number)
    .default(0),
});

/** @throws {Error} before the port opens; names, never values */
export const readFloorSettings = () => parseSettings(floorSettings, process.env);

const durableSettings = z.object({ ...hostSettings, REDIS_URL: url(/^rediss?$/) });

export type DurableSettings = Readonly<z.infer<typeof durableSettings>>;

/** @throws {Error} before the port opens; names, never values */
export const readDurableSettings = (): DurableSettings =>
  parseSettings(durableSettings, process.env);

const storedSettings = z.object({
  ...hostSettings,
  ...mysqlSettings,
  /** Events of this process that wait for a batch, where there are batches; the next is shed with 503. */
  IN_FLIGHT_EVENTS_MAX: whole(1, 1_000_000).default(10_000),
});

export type StoredSettings = Readonly<z.infer<typeof storedSettings>>;

/** @throws {Error} before the port opens; names, never values */
export const readStoredSettings = (): StoredSettings => parseSettings(storedSettings, process.env);
