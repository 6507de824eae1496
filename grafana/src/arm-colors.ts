/**
 * One colour an arm, the same on every dashboard. Okabe and Ito's palette: told apart by readers who
 * are red-green or blue-yellow blind, and in grey by its lightness.
 */
export const armColors = {
  naive: '#D55E00',
  async: '#0072B2',
  upsert: '#E69F00',
  'group-commit': '#009E73',
  floor: '#999999',
  'floor-batched': '#56B4E9',
} as const;
