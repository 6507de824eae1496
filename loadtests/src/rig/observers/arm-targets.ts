import { renameSync, writeFileSync } from 'node:fs';
import type { Arm } from '../arm.js';
import { serviceOf } from '../arm-service.js';

/** Labels of everything that an arm's processes export. */
export interface ArmLabels {
  /** The column's name: of an arm that runs against itself each has another. */
  readonly arm: string;
  /** Of the record; none outside of a run. */
  readonly run?: string;
  readonly block?: string;
}

/** One process that is scraped. */
export interface Target {
  /** host:port, which is its label `instance`. */
  readonly address: string;
  readonly service: string;
}

interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The file from which Prometheus learns which arms run now. */
export class ArmTargets {
  private readonly groups = new Map<Arm, readonly TargetGroup[]>();

  constructor(readonly file: string) {
    this.write();
  }

  add(arm: Arm, labels: ArmLabels): void {
    const parts = [['api', arm.api] as const, ['worker', arm.worker] as const];
    const groups = parts.flatMap(([part, process]) => {
      if (process?.url == null) return [];
      const service = serviceOf(arm.name, part);
      return [{ targets: [new URL(process.url).host], labels: { service, ...labels } }];
    });
    this.groups.set(arm, groups);
    this.write();
  }

  remove(arm: Arm): void {
    this.groups.delete(arm);
    this.write();
  }

  of(arm: Arm): Target[] {
    return (this.groups.get(arm) ?? []).flatMap(({ targets, labels: { service = '' } }) =>
      targets.map((address) => ({ address, service })),
    );
  }

  /** Whole or not at all: Prometheus reads it whenever it changes. */
  private write(): void {
    const next = `${this.file}.next`;
    writeFileSync(next, JSON.stringify([...this.groups.values()].flat()));
    renameSync(next, this.file);
  }
}
