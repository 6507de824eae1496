/** `npm run generate`: writes the tables of docs/operations.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { outages } from './outage-rows.js';
import { withOutageTables } from './outage-tables.js';

const page = new URL('../../docs/operations.md', import.meta.url);
writeFileSync(page, withOutageTables(readFileSync(page, 'utf8'), outages));
