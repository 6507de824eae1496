/** What Linux tells about processes in /proc. Any other system: everything looks dead. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ticks of /proc/<pid>/stat a second: USER_HZ, which is 100 wherever Node runs on Linux. */
const ticksPerSecond = 100;

/** A process that can't be mistaken for a later one which got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // gone, or another user's: for us the same
  }
}

/** Fields of /proc/<pid>/stat from the state on: the name before it may hold spaces and brackets. */
function statFields(pid: number): string[] | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Null when there is no such process, or only its zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const fields = statFields(pid);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
  const bootId = readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return { pid, startTicks: Number(fields[19]), bootId };
}

/** By SIGSTOP. */
export function isStopped(pid: number): boolean {
  return statFields(pid)?.[0] === 'T';
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/**
 * CPU time that a process and its threads, past ones too, have used so far, in microseconds
 * (in steps of 10,000). Null when it is gone.
 */
export function cpuMicrosecondsOf(pid: number): number | null {
  const fields = statFields(pid);
  if (fields === null) return null;
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond;
}

/** Resident memory in bytes. Null when the process is gone. */
export function rssBytesOf(pid: number): number | null {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readOrNull(`/proc/${pid}/status`) ?? '');
  return line === null ? null : Number(line[1]) * 1024;
}

/** Files, sockets and pipes that it has open. Null when the process is gone, or another user's. */
export function openDescriptorsOf(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}

/** Words of its command line with spaces between, as ps shows it. Null when the process is gone. */
export function commandLineOf(pid: number): string | null {
  const line = readOrNull(`/proc/${pid}/cmdline`);
  return line === null || line === '' ? null : line.replaceAll('\0', ' ').trim();
}

/** Addresses, as host:port, on which the process itself accepts TCP connections. */
export function listeningAddressesOf(pid: number): string[] {
  const inodes = socketInodesOf(pid);
  return ['tcp', 'tcp6'].flatMap((table) =>
    (readOrNull(`/proc/${pid}/net/${table}`) ?? '')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode ?? ''))
      .map(([, local]) => readAddress(local ?? '')),
  );
}

function socketInodesOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  let descriptors: string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return inodes;
  }
  for (const descriptor of descriptors) {
    try {
      const socket = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      if (socket?.[1] !== undefined) inodes.add(socket[1]);
    } catch {
      // closed between the two calls
    }
  }
  return inodes;
}

/** '0100007F:1F90' is 127.0.0.1:8080: 32-bit words in host order, here little-endian. */
function readAddress(hex: string): string {
  const [host = '', port = ''] = hex.split(':');
  const bytes = (host.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  const text =
    bytes.length === 4
      ? bytes.join('.')
      : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${text}:${Number.parseInt(port, 16)}`;
}
