/** Faults that end or freeze a process. */
import { readMetrics, sumOf } from '../rig/arm.js';
import { isStopped } from '../rig/proc.js';
import type { RigProcess } from '../rig/process.js';
import type { Bite, Fault } from './fault.js';
import type { ServiceName } from './fault-kinds.js';
import type { DrawnFault } from './schedule.js';
import type { Supervised } from './supervised.js';
import type { World } from './world.js';

const everyService: readonly ServiceName[] = ['api', 'worker', 'redis', 'mysql'];

const victimsOf = ({ services }: World, target: string): Supervised[] =>
  (target === 'everything' ? everyService : [target as ServiceName]).map((name) => services[name]);

const running = (services: readonly Supervised[]): RigProcess[] =>
  services.flatMap(({ process }) => (process?.running ? [process] : []));

async function killedOf(processes: readonly RigProcess[]): Promise<Bite> {
  const exits = await Promise.all(processes.map(({ exited }) => exited));
  const killed = exits.filter(({ signal }) => signal === 'SIGKILL').length;
  return { bitten: killed > 0, seen: `${killed} of ${processes.length} died of SIGKILL` };
}

export function killFault(world: World, { target }: DrawnFault): Fault {
  const services = victimsOf(world, target);
  let victims: RigProcess[] = [];
  return {
    begin: async () => {
      victims = running(services);
      await Promise.all(victims.map((victim) => victim.kill('SIGKILL')));
    },
    end: async () => {
      await Promise.all(services.map((service) => service.up()));
      return killedOf(victims);
    },
  };
}

/** A drain that takes longer than it may ends with 1, which faults at the same time can bring about. */
export function stopFault(world: World, { target }: DrawnFault): Fault {
  const [service] = victimsOf(world, target) as [Supervised];
  let ending: Promise<string> = Promise.resolve('it did not run');
  return {
    begin: async () => {
      const [victim] = running([service]);
      if (victim) {
        ending = victim.stop().then(({ code, signal }) => `it ended with ${signal ?? code}`);
      }
    },
    end: async () => {
      const seen = await ending;
      await service.up();
      return { bitten: /ended with [01]$/.test(seen), seen };
    },
  };
}

export function freezeFault(world: World, { target }: DrawnFault): Fault {
  const name = target === 'worker past its claim' ? 'worker' : target;
  const [service] = victimsOf(world, name) as [Supervised];
  let victim: RigProcess | undefined;
  return {
    begin: async () => {
      [victim] = running([service]);
      await victim?.kill('SIGSTOP');
    },
    end: async () => {
      const frozen = victim !== undefined && isStopped(victim.pid);
      await victim?.kill('SIGCONT');
      return { bitten: frozen, seen: frozen ? 'it was stopped until its end' : 'it was not' };
    },
  };
}

export function powerCutFault(world: World, { target }: DrawnFault): Fault {
  const [service] = victimsOf(world, target) as [Supervised];
  const directory =
    target === 'redis' ? `${world.redisDirectory}/appendonlydir` : world.journalDirectory;
  let victims: RigProcess[] = [];
  let cut = { files: 0, bytes: 0 };
  return {
    begin: async () => {
      victims = running([service]);
      await Promise.all(victims.map((victim) => victim.kill('SIGKILL')));
      const page = world.pages?.[target as ServiceName];
      if (page && victims.length > 0) cut = page.cutUnsynced(directory);
    },
    end: async () => {
      await service.up();
      const { bitten } = await killedOf(victims);
      const seen = `it had written ${cut.files} files, and ${cut.bytes} B were not synced`;
      return { bitten: bitten && cut.files > 0, seen };
    },
  };
}

/** Ends by SIGTERM or, as often, by SIGKILL. */
export function secondFault(world: World, { target, strength }: DrawnFault): Fault {
  const service = world.services[target === 'api' ? 'second api' : 'second worker'];
  const work = target === 'api' ? 'hotpath_events_total' : 'hotpath_sync_chunks_total';
  return {
    begin: () => service.up(),
    end: async () => {
      const done = await readMetrics(`${service.process?.url}/metrics`).then(
        (metrics) => sumOf(metrics, work) ?? 0,
        () => 0,
      );
      if (strength < 0.5) await service.process?.kill('SIGKILL');
      else await service.process?.stop();
      return { bitten: done > 0, seen: `${work} came to ${done}` };
    },
  };
}
