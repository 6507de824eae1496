import { type ChildProcess, spawn } from 'node:child_process';
import { environment } from '@hotpath/loadtests/config';
import { cli } from '../rig/command-line.js';
import { TerminalEmulator } from './terminal-emulator.js';

export interface TerminalSession {
  /** Everything that was written so far. */
  output(): string;
  screen(): string[];
  scrolled(): number;
  type(text: string): void;
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;
}

interface Size {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line on a real pseudo terminal, which util-linux' script makes; what it shows is emulated. */
export function hotpathOnTerminal(
  args: readonly string[],
  { columns = 80, rows = 24, env = {} }: Size = {},
): TerminalSession {
  const command = [process.execPath, cli, ...args].map((word) => `'${word}'`).join(' ');
  const sized = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const child = spawn('script', ['-qefc', sized, '/dev/null'], {
    env: { ...environment.forChildren, SHELL: '/bin/sh', TERM: 'xterm', LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const emulator = new TerminalEmulator(columns, rows);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    emulator.write(text);
  });
  return {
    child,
    output: () => output,
    screen: () => emulator.screen,
    scrolled: () => emulator.scrolled,
    type: (text) => void child.stdin.write(text),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  };
}
