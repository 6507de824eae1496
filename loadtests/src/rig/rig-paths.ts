import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import { environment } from '../config.js';

/** Everything the rig writes lies under here, git-ignored. */
export const rigRoot = join(checkout, '.rig');

/** One for all studies and runs, so that two never disturb each other. */
export const studyRigDirectory = join(rigRoot, 'study');

/** Directories of test suites, and of tests that run without one. */
export const testsDirectory = join(rigRoot, 'tests');

/** Where a suite's directory has those of its tests. */
export function testsOfSuite(suitePath: string): string {
  return join(suitePath, 'tests');
}

/** A new name for a test's rig, inside the directory of the suite that runs it, if one does. */
export function temporaryRigPath(name: string): string {
  const { testSuite } = environment;
  const parent = testSuite === undefined ? testsDirectory : testsOfSuite(testSuite);
  return join(parent, `${name}-${randomBytes(4).toString('hex')}`);
}
