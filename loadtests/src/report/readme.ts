import type { RunRecord } from '../run-record.js';
import { ladderSteps } from './ladder.js';
import { renderLadderMarkdown, renderLimitMarkdown, renderMarkdown } from './markdown.js';

/** Blocks of the README that are generated, and the committed records that they are of. */
const records = {
  result: 'docs/study',
  ladder: 'docs/ladder',
  limit: 'docs/limit',
  bench: 'docs/bench',
} as const;

type BlockName = keyof typeof records;

const renderings = {
  result: renderMarkdown,
  ladder: renderLadderMarkdown,
  limit: renderLimitMarkdown,
} as const;

/**
 * The README with this result in it; pure. A study of the ladder has a block of its own, and so has one with the floor
 * that shows what a durable receipt costs.
 * @throws {Error} when the two marking lines are not there
 */
export function withResult(readme: string, record: RunRecord): string {
  const name = blockOf(record);
  return withBlock(readme, name, renderings[name](record));
}

/** Has its README block pictures beside it? */
export const hasPictures = (record: RunRecord): boolean => blockOf(record) === 'result';

function blockOf(record: RunRecord): keyof typeof renderings {
  if (ladderSteps(record).length > 0) return 'ladder';
  const isLimit = record.plan.entries.some(({ arm }) => arm === 'floor-durable');
  return isLimit ? 'limit' : 'result';
}

/**
 * What stands between two such lines is never typed; pure.
 * @throws {Error} when the two marking lines are not there
 */
export function withBlock(readme: string, name: BlockName, text: string): string {
  const begin = `<!-- ${name}: written by ./hotpath report ${records[name]} --readme -->\n`;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(`\n<!-- /${name} -->`, from);
  if (from === -1 || to === -1) throw new Error(`README.md lacks the lines that mark its ${name}`);
  return `${readme.slice(0, from + begin.length)}\n${text.trim()}\n${readme.slice(to)}`;
}
