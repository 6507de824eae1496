import {
  hostSettings,
  mysqlSettings,
  parseSettings,
  projectSettings,
} from '@hotpath/contract/settings';
import { z } from 'zod';

export const settingsSchema = z.object({ ...hostSettings, ...projectSettings, ...mysqlSettings });

/** @throws {Error} before the port opens; names, never values */
export const config = parseSettings(settingsSchema, process.env);
