/** The README's result is generated: what stands between these two lines is never typed. */
const begin = '<!-- result: written by ./hotpath report docs/study --readme -->\n';
const end = '\n<!-- /result -->';

/**
 * The README with this result in it; pure.
 * @throws {Error} when the two marking lines are not there
 */
export function withResult(readme: string, markdown: string): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error('README.md lacks the lines that mark its result');
  return `${readme.slice(0, from + begin.length)}\n${markdown.trim()}\n${readme.slice(to)}`;
}
