import { hostSettings, parseSettings } from '@hotpath/contract/settings';
import { z } from 'zod';

/** @throws {Error} before the port opens; names, never values */
export const config = parseSettings(z.object(hostSettings), process.env);
