import { cpus } from 'node:os';
import type { ProcessMeter } from './process-meter.js';

/**
 * What neither the metered processes nor this one used of a busy host, as cores: other programs, and the
 * kernel's work that belongs to no process (some per cent of a core for the packets of the load).
 */
export function watchOthers(...meters: readonly ProcessMeter[]) {
  const ownBefore = process.cpuUsage();
  const metered = () => meters.reduce((sum, meter) => sum + meter.totalSeconds(), 0);
  const ours = metered();
  return {
    coresOf(host: { idleShare: number; seconds: number }): number {
      const own = process.cpuUsage(ownBefore);
      const known = metered() - ours + (own.user + own.system) / 1_000_000;
      const busyCores = (1 - host.idleShare) * cpus().length;
      return Math.max(0, busyCores - known / host.seconds);
    },
  };
}
