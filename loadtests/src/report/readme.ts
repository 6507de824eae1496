import type { RunRecord } from '../run-record.js';
import { ladderSteps } from './ladder.js';
import { renderLadderMarkdown, renderMarkdown } from './markdown.js';

/** The README's results are generated: what stands between two such lines is never typed. */
const blocks = {
  result: ['<!-- result: written by ./hotpath report docs/study --readme -->\n', renderMarkdown],
  ladder: [
    '<!-- ladder: written by ./hotpath report docs/ladder --readme -->\n',
    renderLadderMarkdown,
  ],
} as const;

/**
 * The README with this result in it, a study of the ladder in a block of its own; pure.
 * @throws {Error} when the two marking lines are not there
 */
export function withResult(readme: string, record: RunRecord): string {
  const name = ladderSteps(record).length > 0 ? 'ladder' : 'result';
  const [begin, render] = blocks[name];
  const from = readme.indexOf(begin);
  const to = readme.indexOf(`\n<!-- /${name} -->`, from);
  if (from === -1 || to === -1) throw new Error(`README.md lacks the lines that mark its ${name}`);
  return `${readme.slice(0, from + begin.length)}\n${render(record).trim()}\n${readme.slice(to)}`;
}
