/** May two records be held against each other? Pure. */
import { figureText, percentText, rateText } from '../number-text.js';
import type { RunRecord } from '../run-record.js';

interface Trait {
  readonly name: string;
  readonly of: (record: RunRecord) => string;
}

const trait = (name: string, of: Trait['of']): Trait => ({ name, of });

/** Where two records differ in one of these, their figures answer different questions. */
const traits: readonly Trait[] = [
  trait('kind', ({ kind, plan }) => `${plan.aa ? 'A/A ' : ''}${kind}${plantedText(plan)}`),
  trait('scenario', ({ plan }) => `${plan.scenario} (${plan.model} model)`),
  trait('rate', ({ plan }) =>
    plan.ratePerSecond === null ? 'none' : rateText(plan.ratePerSecond),
  ),
  trait('window', ({ plan }) => `${plan.measureSeconds} s`),
  trait('warm-up', ({ plan }) => `${plan.warmUpSeconds} s`),
  trait('fault', ({ plan }) => plan.fault ?? 'none'),
  trait('time-out', ({ plan }) => `${plan.timeoutSeconds} s`),
  trait('durability', ({ durability: { holds, settings } }) => {
    const text = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    return `${text.sort().join(' ')}${holds ? '' : ' (not durable)'}`;
  }),
  trait('processor', ({ host }) => `${host.cores} × ${host.cpuModel}`),
  trait('memory', ({ host }) => `${figureText(host.memoryBytes / 1024 ** 3)} GiB`),
  trait('rig', ({ plan }) => plan.rig),
  // Whoever watches takes CPU: on two cores the floor's p95 nearly doubles.
  trait('watched', ({ runs }) =>
    runs.some(({ observation }) => observation !== undefined) ? 'by Prometheus' : 'by nobody',
  ),
];

function plantedText({ entries }: RunRecord['plan']): string {
  const planted = entries.find(({ plantedShare }) => plantedShare !== undefined)?.plantedShare;
  return planted === undefined ? '' : ` with ${percentText(planted)} planted`;
}

/** What a record can be compared by: two records with one key are alike. */
export function likenessKey(record: RunRecord): string {
  return JSON.stringify(traits.map(({ of }) => of(record)));
}

/** 'rate: 1,200 /s and 800 /s', for everything that makes a comparison meaningless. */
export function unlike(a: RunRecord, b: RunRecord): string[] {
  return traits
    .filter(({ of }) => of(a) !== of(b))
    .map(({ name, of }) => `${name}: ${of(a)} and ${of(b)}`);
}

/** What changed besides and may well be the reason: programs, commit, kernel, arms on one side only. */
export function alsoChanged(a: RunRecord, b: RunRecord): string[] {
  const programs = [...new Set([...Object.keys(a.versions), ...Object.keys(b.versions)])];
  const commit = ({ program }: RunRecord) =>
    `${program.commit?.slice(0, 9) ?? 'unknown'}${program.dirty ? ' + changes' : ''}`;
  const pairs: [string, string, string][] = [
    ['commit', commit(a), commit(b)],
    ['kernel', a.host.kernel, b.host.kernel],
    ...programs.map((name): [string, string, string] => [
      name,
      a.versions[name] ?? 'none',
      b.versions[name] ?? 'none',
    ]),
    ['blocks', String(a.plan.blocks), String(b.plan.blocks)],
    ['arms', labelsOf(a), labelsOf(b)],
  ];
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name} ${before} → ${after}`);
}

function labelsOf({ plan }: RunRecord): string {
  return plan.entries.map(({ label }) => label).join(',');
}
