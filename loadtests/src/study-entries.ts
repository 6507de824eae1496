import { type ArmName, armNames, ladder } from './arms.js';
import { oneOf, refuse, UsageError } from './flags.js';

/** One column of a study: an arm under the name it has in the tables. */
export interface StudyEntry {
  readonly label: string;
  readonly arm: ArmName;
}

/** What --arms takes, for usage texts. */
export const armsHelp = `of ${armNames.join(', ')}, ladder`;

/** Throws UsageError on a name that is no arm's, or one given twice. */
export function parseArmNames(text: string): ArmName[] {
  const names = text.split(',').map((name) => name.trim());
  const arms = names.flatMap((name): readonly ArmName[] => {
    if (name === 'ladder') return ladder;
    const arm = oneOf(armNames).safeParse(name);
    if (arm.success) return [arm.data];
    throw new UsageError(`--arms knows ${armNames.join(', ')}, ladder, not '${name}'`);
  });
  refuse(new Set(arms).size < arms.length, '--arms names an arm twice; for that there is --aa');
  return arms;
}

/**
 * The columns of the study. The floor is always there: every figure is given as a multiple of it,
 * and it tells whether the generator could carry the rate. Throws UsageError on arms that don't fit.
 */
export function parseEntries(text: string | undefined, aa: boolean): StudyEntry[] {
  const arms = parseArmNames(text ?? (aa ? 'async' : 'floor,naive,async'));
  const others = arms.filter((arm) => arm !== 'floor');
  const floor: StudyEntry = { label: 'floor', arm: 'floor' };
  if (!aa) return [floor, ...others.map((arm) => ({ label: arm, arm }))];
  const [arm] = others;
  refuse(
    arm === undefined || others.length > 1,
    '--aa takes one arm beside the floor: --arms async',
  );
  return [floor, ...['a', 'b'].map((name) => ({ label: `${arm}-${name}`, arm: arm as ArmName }))];
}
