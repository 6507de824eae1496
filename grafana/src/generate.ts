/** Writes grafana/dashboards anew. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles } from './dashboards.js';

const directory = join(import.meta.dirname, '../dashboards');
mkdirSync(directory, { recursive: true });
const files = dashboardFiles();
for (const name of readdirSync(directory)) {
  if (!files.has(name)) rmSync(join(directory, name));
}
for (const [name, text] of files) writeFileSync(join(directory, name), text);
