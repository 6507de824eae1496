/** Samples → lines of text. Pure. */
import { armColours } from '@hotpath/contract/arm-colours';
import {
  drawnValue,
  type FigureName,
  figureNames,
  type Sample,
  scaleOf,
  scaleText,
  unknownSample,
  valueText,
} from './figures.js';
import { type Line, terminalColour } from './screen.js';
import { sparkline } from './sparkline.js';

const nameWidth = 8;
const valueWidth = 13;
const scaleWidth = 15;
const labelWidthMax = 22;
const gap = '  ';
/** Three minutes at a look a second: more does not fit on a wide terminal either. */
const sparkWidthMax = 180;
/** Narrower than this, a sparkline says less than its scale takes. */
const sparkWidthMin = 8;

export interface ShownArm {
  /** Empty where it is known which arm it is. */
  readonly label: string;
  /** '#rrggbb'; null: none of its own. */
  readonly colour: string | null;
  readonly history: readonly Sample[];
}

export interface FrameOptions {
  readonly columns: number;
  readonly utf8: boolean;
}

/** The colour that an arm has in every chart. */
export function colourOf(arm: string): string | null {
  return Object.hasOwn(armColours, arm) ? armColours[arm as keyof typeof armColours] : null;
}

/**
 * A line for each figure of each arm, the arms of a figure together and on one scale, so that their
 * heights compare. Arms are told apart by their labels.
 */
export function sparkLines(arms: readonly ShownArm[], { columns, utf8 }: FrameOptions): Line[] {
  const labelWidth = labelWidthOf(arms);
  const width = sparkWidthOf(columns, labelWidth);
  return figureNames.flatMap((name) => {
    const seen = arms.map(({ history }) => history.slice(-width));
    const upTo = scaleOf(seen.flat(), name);
    return arms.map(({ label, colour }, i): Line => {
      const samples = seen[i] ?? [];
      const values = samples.map((sample) => drawnValue(sample, name));
      return [
        { text: (i === 0 ? name : '').padEnd(nameWidth), colour: 'faint' },
        { text: labelWidth === 0 ? '' : ` ${label.slice(0, labelWidth).padEnd(labelWidth)}` },
        { text: lastText(samples, name).padStart(valueWidth + 1) },
        {
          text: `${gap}${sparkline(values, upTo, { width, utf8 })}`,
          colour: colour === null ? null : terminalColour(colour),
        },
        { text: i === 0 ? `${gap}${scaleText(name, upTo)}` : '', colour: 'faint' },
      ];
    });
  });
}

/** How many seconds the sparklines go back. */
export function sparkWidth(arms: readonly ShownArm[], columns: number): number {
  return sparkWidthOf(columns, labelWidthOf(arms));
}

function labelWidthOf(arms: readonly ShownArm[]): number {
  return Math.min(labelWidthMax, Math.max(...arms.map(({ label }) => label.length)));
}

function sparkWidthOf(columns: number, labelWidth: number): number {
  const beside = nameWidth + (labelWidth === 0 ? 0 : labelWidth + 1) + valueWidth + 1;
  const left = columns - beside - 2 * gap.length - scaleWidth;
  return Math.max(sparkWidthMin, Math.min(sparkWidthMax, left));
}

function lastText(samples: readonly Sample[], name: FigureName): string {
  return valueText(samples.at(-1) ?? unknownSample, name);
}

/** Figures of one look in one line: for logs. */
export function plainFigures(sample: Sample, names: readonly FigureName[] = figureNames): string {
  return names.map((name) => `${name} ${valueText(sample, name)}`).join('  ');
}
