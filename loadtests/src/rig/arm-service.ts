/** What the processes of an arm are called as services, in Prometheus' labels and on their command lines. */
import type { ArmName, ArmPart } from './arm.js';

const services: Partial<Record<ArmName, Readonly<Record<ArmPart, string>>>> = {
  naive: { api: 'naive-logger', worker: 'naive-worker' },
  async: { api: 'async-logger', worker: 'async-worker' },
};

export function serviceOf(arm: ArmName, part: ArmPart): string {
  return services[arm]?.[part] ?? arm;
}

/**
 * Last arguments of each process, which it ignores: all are called node, and others of the same script may
 * run on this host. Who watches processes, or a person with ps, tells them apart by this.
 */
export function serviceMark(service: string, rigPath: string): readonly [string, string] {
  return [`--service=${service}`, `--rig=${rigPath}`];
}

/** Regular expression for such a command line; both parts are expressions themselves. */
export function servedBy(service: string, rigPath: string): string {
  return `${serviceMark(service, rigPath).join(' ')}( |$)`;
}
