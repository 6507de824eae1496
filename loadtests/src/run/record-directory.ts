import { mkdir, readdir } from 'node:fs/promises';
import { UsageError } from '../flags.js';

/**
 * Makes the directory. Two records never share one.
 * @throws {UsageError} when there is something in it
 */
export async function makeRecordDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const [found] = await readdir(directory);
  if (found !== undefined) throw new UsageError(`--out ${directory} is not empty: it has ${found}`);
}
