/** What the host does beside us, from /proc: whether a run was disturbed, and what it cost. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicrosecondsOf, rssBytesOf } from './proc.js';

const watchEveryMs = 250;

/** The host's CPU time so far, in ticks of 10 ms over all its cores. */
export interface HostCpu {
  readonly total: number;
  readonly idle: number;
  /** Taken by the hypervisor for other guests. */
  readonly stolen: number;
}

export interface HostFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
}

export interface HostWatchResult {
  readonly seconds: number;
  /** Share of all cores' time that nobody used, 0 to 1. */
  readonly idleShare: number;
  readonly stolenShare: number;
  /** How far the wall clock moved against the steady one at most, in ms; a suspended host shows here too. */
  readonly clockStepMs: number;
  /** Longest time that this process was not let run beyond its own timer, in ms. */
  readonly longestPauseMs: number;
}

export interface ProcessCost {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

export function hostFacts(): HostFacts {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: release(),
  };
}

export function readHostCpu(): HostCpu {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  // user nice system idle iowait irq softirq steal; guest time, the rest, is in user already.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { total, idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), stolen: ticks[7] ?? 0 };
}

/** Share of the host's time between two readings that nobody used, 0 to 1. */
export function idleShare(before: HostCpu, after: HostCpu): number {
  return (after.idle - before.idle) / Math.max(1, after.total - before.total);
}

/**
 * Cores that others keep busy while we wait. Ask for a second or more.
 * @param ours processes whose work is not counted, beside this one's
 */
export async function backgroundLoadCores(
  overMs: number,
  ours: readonly number[] = [],
): Promise<number> {
  const start = performance.now();
  const before = readHostCpu();
  const ownBefore = process.cpuUsage();
  const oursBefore = costOf(ours);
  await sleep(overMs);
  const busyCores = (1 - idleShare(before, readHostCpu())) * cpus().length;
  const own = process.cpuUsage(ownBefore);
  const oursMicroseconds =
    (costOf(ours)?.cpuMicroseconds ?? 0) - (oursBefore?.cpuMicroseconds ?? 0);
  const ourMicroseconds = own.user + own.system + Math.max(0, oursMicroseconds);
  return Math.max(0, busyCores - ourMicroseconds / 1_000 / (performance.now() - start));
}

/** CPU and memory so far of processes that are all running; null when one is gone. */
export function costOf(pids: readonly number[]): ProcessCost | null {
  const cpu = pids.map(cpuMicrosecondsOf);
  const rss = pids.map(rssBytesOf);
  if (cpu.includes(null) || rss.includes(null)) return null;
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return { cpuMicroseconds: sum(cpu), rssBytes: sum(rss) };
}

/** Watches from now until stop(). Costs four wake-ups a second. */
export function watchHost(): { stop(): HostWatchResult } {
  const cpuBefore = readHostCpu();
  const start = performance.now();
  const wallOffset = Date.now() - start;
  let clockStepMs = 0;
  let longestPauseMs = 0;
  let last = start;
  const look = () => {
    const now = performance.now();
    // Date.now() is whole milliseconds: half a one of offset is nothing.
    clockStepMs = Math.max(clockStepMs, Math.abs(Date.now() - now - wallOffset));
    longestPauseMs = Math.max(longestPauseMs, now - last - watchEveryMs);
    last = now;
  };
  const timer = setInterval(look, watchEveryMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      look();
      const cpuAfter = readHostCpu();
      const total = Math.max(1, cpuAfter.total - cpuBefore.total);
      return {
        seconds: (performance.now() - start) / 1_000,
        idleShare: idleShare(cpuBefore, cpuAfter),
        stolenShare: (cpuAfter.stolen - cpuBefore.stolen) / total,
        clockStepMs,
        longestPauseMs,
      };
    },
  };
}
