/**
 * Which process is which service, for process-exporter: by command line, as half of them are called node.
 * Only those of one rig, whose directory each names: others may run beside it. Written as JSON, which
 * YAML contains.
 */
import { servedBy } from '../arm-service.js';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** @param path of the rig's directory */
export function processGroups(path: string, redisPort: number): string {
  const rig = escaped(path);
  const group = (name: string, cmdline: string) => ({ name, cmdline: [cmdline] });
  const groups = [
    group('{{.Matches.service}}', servedBy('(?P<service>[a-z-]+)', rig)),
    group('mysql', `--datadir=${rig}/mysql/`),
    // Once it runs its title has replaced its command line.
    group('redis', `redis-server (127\\.0\\.0\\.1:${redisPort}|${rig}/)`),
    group('k6', `^\\S*k6 run .*HOTPATH_RIG=${rig}( |$)`),
    group('prometheus', `--config\\.file=${rig}/prometheus/`),
  ];
  return `${JSON.stringify({ process_names: groups }, null, 2)}\n`;
}
