import type { RunRecord } from '../../run-record.js';

/** The command that does the same again: same arms, load, order and events. Safe to paste in a shell. */
export function reproduceCommand({ kind, plan, runs }: RunRecord): string {
  const [entry] = plan.entries;
  const rate = plan.model === 'open' ? (plan.ratePerSecondAsked ?? plan.ratePerSecond) : null;
  const common = [
    ...(rate === null ? [] : ['--rate', rate]),
    ...['--seconds', plan.measureSeconds, '--warm-up', plan.warmUpSeconds, '--seed', plan.seed],
  ];
  const watched = runs.some(({ observation }) => observation !== undefined);
  const around = [
    ...(plan.fault === undefined ? [] : ['--fault', plan.fault]),
    ...(plan.rig === 'none' ? [] : ['--rig', plan.rig]),
    ...['--observe', watched ? 'yes' : 'no'],
  ];
  const words =
    kind === 'study'
      ? ['study', ...armsOf(plan), ...blocksOf(plan), ...common, ...around]
      : ['run', plan.scenario, ...targetOf(entry), ...common, ...around];
  return ['./hotpath', ...words.map((word) => quoted(String(word)))].join(' ');
}

/** The floor is in every study unasked. */
function armsOf({ entries, aa, judgedBy }: RunRecord['plan']): string[] {
  const all = [...new Set(entries.map(({ arm }) => arm))];
  const arms = all.filter((arm) => arm !== 'floor');
  const planted = entries.find(({ plantedShare }) => plantedShare !== undefined)?.plantedShare;
  return [
    ...(aa ? ['--aa'] : []),
    ...['--arms', arms.length === 0 ? 'floor' : arms.join(',')],
    ...(planted === undefined ? [] : ['--planted', percentOf(planted)]),
    ...(judgedBy === undefined ? [] : ['--by', judgedBy]),
  ];
}

function blocksOf({ blocks, stop }: RunRecord['plan']): (string | number)[] {
  if (stop === undefined) return ['--blocks', blocks];
  const { blocksMin, blocksMax, width } = stop;
  const range = blocksMin < blocksMax ? `${blocksMin}..${blocksMax}` : blocksMax;
  return ['--blocks', range, '--width', percentOf(width)];
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

function targetOf(entry: RunRecord['plan']['entries'][number] | undefined): string[] {
  if (entry === undefined) return [];
  return entry.arm === 'remote' ? ['--url', entry.label] : ['--arm', entry.arm];
}

/** A record comes from anywhere: what the shell could take for more than a word is put in quotes. */
function quoted(word: string): string {
  return /^[\w.,:/@=%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
