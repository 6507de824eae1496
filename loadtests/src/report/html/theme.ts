/** Colours of page and charts beside those of the arms, on light and on dark; charts use them by name. */
const light = {
  paper: '#ffffff',
  raised: '#f4f5f7',
  ink: '#1b1e24',
  muted: '#565d68',
  rule: '#d5d9df',
  good: '#00694c',
  bad: '#b3261e',
  link: '#005a8f',
};
const dark: typeof light = {
  paper: '#14171c',
  raised: '#1d2229',
  ink: '#e8eaee',
  muted: '#a6aeba',
  rule: '#3a414c',
  good: '#4fd0a5',
  bad: '#ff9489',
  link: '#7cc4f5',
};

export type ThemeColour = keyof typeof light;

/** For a chart or a style: the colour of whichever theme the reader has. */
export function themed(name: ThemeColour): string {
  return `var(--${name})`;
}

/** Defines the colours on a selector; on paper it is always the light ones. */
export function themeStyle(selector: string): string {
  return [
    `${selector}{color-scheme:light dark;${declarations(light)}}`,
    `@media screen and (prefers-color-scheme:dark){${selector}{${declarations(dark)}}}`,
  ].join('\n');
}

function declarations(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
