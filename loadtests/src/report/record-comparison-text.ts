/** What changed between two records, as text of at most 100 columns. Pure. */
import { changeText, none, percentText, plural, rateText, wrap } from '../number-text.js';
import type { RunRecord } from '../run-record.js';
import { boxedLines } from './boxed-lines.js';
import { alsoChanged } from './likeness.js';
import type { ComparisonLimits, FigureChange, RecordComparison } from './record-comparison.js';

const lineWidth = 100;
const nameWidth = 20;
const valueWidth = 18;
const changeWidth = 10;
const intervalWidth = 20;

export function renderComparison(
  a: RunRecord,
  b: RunRecord,
  comparison: RecordComparison,
  limits: ComparisonLimits,
): string {
  const also = alsoChanged(a, b);
  return [
    recordLine('A', a),
    recordLine('B', b),
    ...wrap(setting(a), lineWidth),
    ...(also.length === 0 ? [] : wrap(`Also different: ${also.join(', ')}`, lineWidth, '  ')),
    '',
    ...tableLines(comparison.changes, limits),
    ...boxedLines(sentencesOf(comparison, limits), lineWidth),
    '',
  ].join('\n');
}

function recordLine(name: string, { id, startedAt, plan, program, kind }: RunRecord): string {
  const blocks = kind === 'run' ? 'one run' : plural(plan.blocks, 'block');
  const commit = program.commit === null ? '' : ` · commit ${program.commit.slice(0, 9)}`;
  return `${name}  ${id} · ${startedAt.slice(0, 16).replace('T', ' ')} UTC · ${blocks}${commit}`;
}

function setting({ plan, host }: RunRecord): string {
  const rate = plan.ratePerSecond === null ? '' : `, ${rateText(plan.ratePerSecond)}`;
  return (
    `Both: ${plan.scenario}${rate}, ${plan.model} model, windows of ${plan.measureSeconds} s, ` +
    `${plan.rig} rig, ${plural(host.cores, 'core')} ${host.cpuModel}`
  );
}

function tableLines(changes: readonly FigureChange[], { confidence }: ComparisonLimits): string[] {
  if (changes.length === 0) return [];
  const line = (name: string, before: string, after: string, rest: readonly string[]) =>
    name.padEnd(nameWidth) +
    before.padStart(valueWidth) +
    after.padStart(valueWidth) +
    (rest[0] ?? '').padStart(changeWidth) +
    (rest[1] ?? '').padStart(intervalWidth) +
    `  ${rest[2] ?? ''}`;
  const labels = [...new Set(changes.map(({ label }) => label))];
  const rows = labels.flatMap((label) => [
    label,
    ...changes
      .filter((change) => change.label === label)
      .map(({ figure, before, after, ratio, kind }) => {
        const said = kind === 'worse' ? 'WORSE' : kind === 'none shown' ? '' : kind;
        const interval =
          ratio === null ? none : `${changeText(ratio.low)} … ${changeText(ratio.high)}`;
        const change = ratio === null ? none : changeText(ratio.ratio);
        return line(`  ${figure.name}`, before, after, [change, interval, said]);
      }),
  ]);
  const head = line('', 'A', 'B', ['change', `${percentText(confidence)} interval`]);
  const note = "Geometric means over the valid runs; intervals by Welch's t on their logarithms.";
  return [head, ''.padEnd(lineWidth, '─'), ...rows, '', note, ''].map((text) => text.trimEnd());
}

function sentencesOf(
  { changes, obstacles, outcome }: RecordComparison,
  limits: ComparisonLimits,
): string[] {
  const named = (kind: FigureChange['kind']) =>
    changes.filter((change) => change.kind === kind).map(changeSentence);
  const [worse, better] = [named('worse'), named('better')];
  const unclear = changes.filter(
    ({ kind, before, after }) => kind === 'unclear' && before !== after,
  );
  const floor = changes.find(
    ({ label, kind }) => label === 'floor' && (kind === 'worse' || kind === 'better'),
  );
  return [
    firstSentence(outcome, limits),
    ...obstacles,
    ...unclear.map((change) => `Unclear: ${changeSentence(change)}.`),
    ...worse.map((sentence) => `Worse: ${sentence}.`),
    ...better.map((sentence) => `Better: ${sentence}.`),
    ...(floor === undefined
      ? []
      : [
          "The floor changed as well. No arm's own code is in it: the machine, the generator, Node or the " +
            'shared HTTP host differ, and the other arms carry that too.',
        ]),
    ...(worse.length === 0 ? [] : [chanceSentence(changes.length, limits)]),
    ...hiddenSentence(changes, limits),
  ];
}

function firstSentence(outcome: RecordComparison['outcome'], limits: ComparisonLimits): string {
  const tolerance = percentText(limits.toleranceShare);
  switch (outcome) {
    case 'regression':
      return `REGRESSION: B is worse than A beyond the interval and the tolerance of ${tolerance}.`;
    case 'no regression':
      return `No regression: nothing is shown to be worse in B beyond its interval and the tolerance of ${tolerance}.`;
    case 'ledger open':
      return 'LEDGER OPEN: a record that lost what it promised to keep is not compared for speed.';
    case 'too few runs':
      return 'No answer: there are too few valid runs.';
  }
}

function changeSentence({ label, figure, before, after, ratio }: FigureChange): string {
  const by =
    ratio === null
      ? ''
      : `, ${changeText(ratio.ratio)} (${changeText(ratio.low)} … ${changeText(ratio.high)})`;
  return `${figure.name} of ${label} went from ${before} to ${after}${by}`;
}

/** Many looks find something by chance, and a reader must know how many there were. */
function chanceSentence(looks: number, { confidence }: ComparisonLimits): string {
  const expected = ((looks * (1 - confidence)) / 2).toFixed(1);
  return (
    `${looks} figures were looked at: without any change, about ${expected} of them would leave a ` +
    `${percentText(confidence)} interval for the worse by chance. If one alone did, measure again.`
  );
}

/** What was not shown may still be there: a reader must know how much of it these runs could not see. */
function hiddenSentence(
  changes: readonly FigureChange[],
  { toleranceShare }: ComparisonLimits,
): string[] {
  const hidden = changes
    .filter(({ kind }) => kind === 'none shown')
    .flatMap(({ label, figure, ratio }) => {
      if (ratio === null) return [];
      const end = figure.worse === 'higher' ? ratio.high : ratio.low;
      return Math.abs(end - 1) > toleranceShare ? [{ label, figure, end }] : [];
    });
  const [widest] = hidden.sort((a, b) => Math.abs(Math.log(b.end)) - Math.abs(Math.log(a.end)));
  if (widest === undefined) return [];
  return [
    `Not seen is not absent: ${plural(hidden.length, 'figure')} of ${changes.length} could be worse by more ` +
      `than the tolerance within the interval, most of all ${widest.figure.name} of ${widest.label} ` +
      `(${changeText(widest.end)}). More blocks narrow it.`,
  ];
}
