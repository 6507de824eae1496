import { hostSettings, mysqlSettings, parseSettings, whole } from '@hotpath/contract/settings';
import { z } from 'zod';

/** @throws {Error} before the port opens; names, never values */
export const readHostSettings = () => parseSettings(z.object(hostSettings), process.env);

const storedSettings = z.object({
  ...hostSettings,
  ...mysqlSettings,
  /** Events of this process that wait for a batch, where there are batches; the next is shed with 503. */
  IN_FLIGHT_EVENTS_MAX: whole(1, 1_000_000).default(10_000),
});

export type StoredSettings = Readonly<z.infer<typeof storedSettings>>;

/** @throws {Error} before the port opens; names, never values */
export const readStoredSettings = (): StoredSettings => parseSettings(storedSettings, process.env);
