import { findProgram } from './programs.js';
import { RigError } from './rig-error.js';

/** Debian's package of the browser without windows, and a font, or pages have no letters. */
export const chromiumPackages = ['chromium-headless-shell', 'fonts-dejavu-core'] as const;

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

export function findChromium(): string | null {
  return names.map(findProgram).find((path) => path !== null) ?? null;
}

export function chromiumRemedy(): string {
  if (findProgram('apt-get') === null) return 'Put chromium on PATH.';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `Run: ${sudo}apt-get install --no-install-recommends ${chromiumPackages.join(' ')}`;
}

/** @throws {RigError} when it is not on this machine, with the command that installs it */
export function requireChromium(): string {
  const path = findChromium();
  if (path === null) throw new RigError(`chromium is missing. ${chromiumRemedy()}`);
  return path;
}
