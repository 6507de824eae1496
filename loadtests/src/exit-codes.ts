/** How the command line may end. A closed list: scripts rely on it, so a code is never given a second meaning. */
export const exitCodes = Object.freeze({
  /** The command did what it says; for study and run: a verdict was reached. */
  ok: 0,
  /** Something in this program is wrong; the stack is printed. */
  bug: 1,
  /** The command line can't be obeyed. */
  usage: 2,
  /** Tests, types or lint failed. */
  testsFailed: 3,
  /** An arm broke what it promises: events lost or doubled; of fuzz, overload and neighbours any other promise too. */
  promiseBroken: 10,
  /** A rule of measuring was broken, so there is no result. */
  runInvalid: 11,
  /** Slower than before, beyond interval and tolerance. */
  regression: 12,
  /** A program is missing, or a server or arm did not start or died. */
  rigFailed: 13,
  /** Ended by Ctrl-C, as shells report it: 128 + 2. */
  interrupted: 130,
  /** Ended by SIGTERM: 128 + 15. */
  terminated: 143,
});
