import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkout } from '../checkout.js';
import { environment } from '../config.js';
import type { RecordHead } from '../record-head.js';
import { hostFacts } from '../rig/host.js';
import { versionOf } from '../rig/programs.js';
import { type RunRecord, recordSchemaVersion } from '../run-record.js';
import type { StudyConfig } from '../study-config.js';
import { entryOf } from './entries.js';
import { timeoutSeconds } from './k6-load.js';
import type { PlannedBlock } from './plan.js';

const run = promisify(execFile);
const gitMsMax = 5_000;

/** '20260102-030405-7f3a': sorts by time; the end keeps two of one second apart. */
export function newRecordId(now: Date, salt: number): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${(salt & 0xffff).toString(16).padStart(4, '0')}`;
}

/** The record as it is before the servers run, which then say their versions and settings. */
export async function describeStudy(
  config: StudyConfig,
  id: string,
  blocks: readonly PlannedBlock[],
  k6: string,
): Promise<RunRecord> {
  return {
    ...{ schemaVersion: recordSchemaVersion, kind: 'study', runs: [] },
    ...(await describeHere(id, k6)),
    plan: {
      scenario: config.scenario,
      model: 'open',
      quick: config.quick,
      aa: config.aa,
      rig: config.rig,
      seed: config.seed,
      blocks: config.blocks,
      measureSeconds: config.measureSeconds,
      warmUpSeconds: config.warmUpSeconds,
      ratePerSecondAsked: config.ratePerSecond,
      ratePerSecond: config.ratePerSecond,
      rateReason: '',
      timeoutSeconds,
      entries: config.entries.map(entryOf),
      orders: blocks.map(({ order }) => [...order]),
      ...(config.fault && { fault: config.fault }),
      ...(config.judgedBy !== 'p95' && { judgedBy: config.judgedBy }),
      ...(config.stop && { stop: config.stop }),
    },
  };
}

/** Where and with what: host, versions of our own programs, commit. Without k6, where it makes no load. */
export async function describeHere(id: string, k6: string | null): Promise<RecordHead> {
  const { cpu, cores, memoryBytes, kernel } = hostFacts();
  const k6Version = k6 && ((await versionOf(k6, ['version'])) ?? 'unknown');
  return {
    id,
    startedAt: new Date().toISOString(),
    endedAt: null,
    state: 'running',
    problem: '',
    program: await describeProgram(),
    host: { cpuModel: cpu, cores, memoryBytes, kernel },
    versions: { node: process.versions.node, ...(k6Version && { k6: k6Version }) },
    durability: { holds: false, settings: {} },
  };
}

/** Null without git, as in an unpacked archive: then nothing is known, and the record says that. */
async function describeProgram(): Promise<RecordHead['program']> {
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', ['-C', checkout, ...args], {
      env: environment.forChildren,
      timeout: gitMsMax,
    });
    return stdout.trim();
  };
  try {
    const commit = await git('rev-parse', 'HEAD');
    return { commit, dirty: (await git('status', '--porcelain')) !== '' };
  } catch {
    return { commit: null, dirty: false };
  }
}
