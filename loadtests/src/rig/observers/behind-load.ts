/** Of nice(1), as from 0 to 19: enough to lose every contest for a core, and still run once a second. */
const niceness = '10';

/** How to start what watches, so that what is measured goes first. `nice` becomes the program: one pid. */
export function behindLoad(
  program: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  return { command: 'nice', args: ['-n', niceness, program, ...args] };
}
