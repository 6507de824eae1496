import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@hotpath/loadtests/config';
import { k6Path } from '@hotpath/loadtests/rig/k6';

const endMsMax = 45_000;
export const k6Directory = join(import.meta.dirname, '../../k6');

export interface K6End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function scenario(name: string): string {
  return join(k6Directory, 'scenarios', `${name}.ts`);
}

/** Real k6 to its end, with nothing of our own environment but what it needs. */
export async function runK6(
  command: 'run' | 'inspect',
  script: string,
  { settings = {}, args = [] }: { settings?: Record<string, string>; args?: string[] } = {},
): Promise<K6End> {
  const k6 = await k6Path();
  // Unlike run, inspect leaves the environment out unless told.
  const own =
    command === 'run'
      ? ['--quiet', '--no-usage-report', '--address', '']
      : ['--include-system-env-vars'];
  return new Promise((resolve, reject) => {
    execFile(
      k6,
      [command, '--no-color', ...own, ...args, script],
      { env: { ...environment.forChildren, ...settings }, timeout: endMsMax, maxBuffer: 64e6 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else reject(error);
      },
    );
  });
}

/** A directory of the test's own, gone afterwards. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'k6-test-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export async function runScript(
  text: string,
  settings: Record<string, string> = {},
  args: string[] = ['--no-summary'],
): Promise<K6End> {
  return withDirectory(async (directory) => {
    const script = join(directory, 'script.ts');
    await writeFile(script, text);
    return runK6('run', script, { settings, args: ['--log-format', 'raw', ...args] });
  });
}
