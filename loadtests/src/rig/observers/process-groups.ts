/**
 * Which process is which service, for process-exporter: by command line, as half of them are called node.
 * Only those of one rig, whose directory each names: others may run beside it. Written as JSON, which
 * YAML contains.
 */
import { servedBy } from '../arm-service.js';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

export interface StoreProcesses {
  /** Command lines as they are now. Those of servers in containers name nothing of the rig. */
  readonly mysql: string | null;
  readonly redis: string | null;
}

/** @param path of the rig's directory */
export function processGroups(path: string, stores: StoreProcesses): string {
  const rig = escaped(path);
  const group = (name: string, ...cmdlines: string[]) => ({
    name,
    cmdline: [cmdlines.map((cmdline) => `(${cmdline})`).join('|')],
  });
  const exactly = (cmdline: string | null) => (cmdline === null ? [] : [`^${escaped(cmdline)}$`]);
  const groups = [
    group('{{.Matches.service}}', servedBy('(?P<service>[a-z-]+)', rig)),
    group('mysql', `--datadir=${rig}/mysql/`, ...exactly(stores.mysql)),
    // Its title replaces its command line a moment after each start.
    group('redis', `redis-server ${rig}/`, ...exactly(stores.redis)),
    group('k6', `^\\S*k6 run .*HOTPATH_RIG=${rig}( |$)`),
    group('prometheus', `--config\\.file=${rig}/prometheus/`),
  ];
  return `${JSON.stringify({ process_names: groups }, null, 2)}\n`;
}
