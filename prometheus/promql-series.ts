/** Which series an expression of PromQL asks for, by Prometheus' own grammar. */
import { parser } from '@prometheus-io/lezer-promql';

export interface Selector {
  readonly name: string;
  /** Labels that it matches, with what they are matched against. */
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
}

/** @throws {Error} for what is no PromQL, and for a selector without a name, which could be anything */
export function selectorsIn(expression: string): Selector[] {
  const selectors: { name: string; matchers: { label: string; value: string }[] }[] = [];
  parser.parse(expression).iterate({
    enter: ({ name: kind, node, from, to }) => {
      const text = expression.slice(from, to);
      if (node.type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      if (kind === 'VectorSelector') {
        const named = node.getChild('Identifier');
        if (!named) throw new Error(`a selector without a name: ${expression}`);
        selectors.push({ name: expression.slice(named.from, named.to), matchers: [] });
      }
      if (kind === 'UnquotedLabelMatcher') selectors.at(-1)?.matchers.push(matcherOf(text));
    },
  });
  return selectors;
}

function matcherOf(text: string): { label: string; value: string } {
  const [, label = '', value = ''] = /^(\w+)\s*(?:=~|!~|!=|=)\s*(.*)$/s.exec(text) ?? [];
  return { label, value: value.slice(1, -1) };
}
