import { expect, test } from 'vitest';
import { armColours, otherColours, phaseColours, serviceColours } from '../src/arm-colours.ts';

const graphicsContrastMin = 3;
const backgrounds = ['#ffffff', '#14171c'];
const tables = [armColours, serviceColours, phaseColours].map((table) => Object.values(table));
const all = [...tables.flat(), ...otherColours];

/** https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('every colour stands out from a white and from a near-black background', () => {
  const faint = all.flatMap((colour) =>
    backgrounds
      .filter((background) => contrast(colour, background) < graphicsContrastMin)
      .map(
        (background) => `${colour} on ${background}: ${contrast(colour, background).toFixed(2)}`,
      ),
  );
  expect(faint).toEqual([]);
});

test('no two arms, services or phases look the same', () => {
  for (const colours of tables) {
    expect(new Set(colours).size).toBe(colours.length);
  }
});
