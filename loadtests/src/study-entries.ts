import { type ArmName, armNames, ladder } from './arms.js';
import { oneOf, refuse, UsageError } from './flags.js';

/** One column of a study: an arm under the name it has in the tables. */
export interface StudyEntry {
  readonly label: string;
  readonly arm: ArmName;
  /** Share of its own CPU that it is to burn besides; absent: none. */
  readonly plantedShare?: number;
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
export function parseEntries(
  text: string | undefined,
  aa: boolean,
  plantedShare: number | undefined,
): StudyEntry[] {
  refuse(plantedShare !== undefined && !aa, '--planted takes --aa: it slows one of two arms alike');
  if (aa) return twins(parseArmNames(text ?? (plantedShare ? 'floor' : 'async')), plantedShare);
  const arms = parseArmNames(text ?? 'floor,naive,async').filter((arm) => arm !== 'floor');
  return [{ label: 'floor', arm: 'floor' }, ...arms.map((arm) => ({ label: arm, arm }))];
}

/** One arm under two names. Where it is the floor itself, the first of the two is the block's floor too. */
function twins(arms: readonly ArmName[], plantedShare: number | undefined): StudyEntry[] {
  const others = arms.filter((arm) => arm !== 'floor');
  const [arm = 'floor'] = others;
  refuse(others.length > 1, '--aa takes one arm beside the floor: --arms async');
  // The pair must be what users get, so only a rung can be slowed.
  refuse(plantedShare !== undefined && arm !== 'floor', '--planted slows the floor only');
  return [
    ...(arm === 'floor' ? [] : [{ label: 'floor', arm: 'floor' as const }]),
    { label: `${arm}-a`, arm },
    { label: `${arm}-b`, arm, ...(plantedShare !== undefined && { plantedShare }) },
  ];
}
