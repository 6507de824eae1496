/** What house.test.ts asks about the files of this checkout: text, imports, functions, lines. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));

export interface Import {
  /** Path from the root for a file of this house, without its extension; else the package as written. */
  readonly target: string;
  readonly typeOnly: boolean;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One file, read when asked. */
export class Source {
  private tree: Node | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  get lines(): number {
    return this.text.split('\n').length - (this.text.endsWith('\n') ? 1 : 0);
  }

  get isCode(): boolean {
    return /\.[cm]?[jt]s$/.test(this.path);
  }

  imports(): Import[] {
    return this.nodes().flatMap((node) => {
      const from = (node.source as { value?: unknown } | null | undefined)?.value;
      if (!/^(Import|Export).*(Declaration|Expression)$/.test(node.type)) return [];
      if (typeof from !== 'string') return [];
      const typeOnly = [node.importKind, node.exportKind].includes('type') || onlyTypes(node);
      return [{ target: this.resolve(from), typeOnly }];
    });
  }

  hasDefaultExport(): boolean {
    return this.nodes().some(
      (node) =>
        node.type === 'ExportDefaultDeclaration' ||
        (node.type === 'ExportSpecifier' && (node.exported as Node).name === 'default'),
    );
  }

  /** Members read of a global object: `process.env`, `const { env } = process`. */
  reads(object: string, member: string): boolean {
    const named = (node: unknown, name: string) => (node as Node | null)?.name === name;
    return this.nodes().some((node) => {
      if (node.type === 'MemberExpression') {
        const { value } = node.property as { value?: unknown };
        const found = named(node.property, member) || value === member;
        return named(node.object, object) && found;
      }
      return node.type === 'VariableDeclarator' && named(node.init, object);
    });
  }

  mentions(identifier: string): boolean {
    return this.nodes().some((node) => node.type === 'Identifier' && node.name === identifier);
  }

  /** Functions with their length in lines; `own` leaves out the functions within. */
  functions(): { line: number; lines: number; own: number }[] {
    const functions = this.nodes().filter((node) => /Function/.test(node.type) && node.body);
    const spans = functions.map((node) => ({
      from: this.lineOf(node.start),
      to: this.lineOf(node.end),
    }));
    return spans.map(({ from, to }) => {
      const inner = new Set<number>();
      for (const other of spans) {
        if (other.from < from || other.to > to || (other.from === from && other.to === to))
          continue;
        for (let line = other.from + 1; line < other.to; line++) inner.add(line);
      }
      return { line: from, lines: to - from + 1, own: to - from + 1 - inner.size };
    });
  }

  /** Lines that say something: no imports, no blanks, no lone brackets. */
  statements(): string[] {
    let text = this.text;
    for (const node of this.nodes()) {
      if (node.type !== 'ImportDeclaration') continue;
      const blank = text.slice(node.start, node.end).replace(/[^\n]/g, ' ');
      text = text.slice(0, node.start) + blank + text.slice(node.end);
    }
    const lines = text.split('\n').map((line) => line.trim());
    return lines.filter((line) => /\w/.test(line));
  }

  private lineOf(offset: number): number {
    return this.text.slice(0, offset).split('\n').length;
  }

  private resolve(from: string): string {
    const own = /^@hotpath\/([\w-]+)\/(.+)$/.exec(from);
    if (own) return `${own[1]}/${own[2]?.startsWith('conformance/') ? '' : 'src/'}${own[2]}`;
    if (!from.startsWith('.')) return from;
    return join(dirname(this.path), from).replace(/\.[cm]?[jt]s$/, '');
  }

  private nodes(): Node[] {
    this.tree ??= parseAst(this.text, { lang: 'ts' }) as unknown as Node;
    const found: Node[] = [];
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(visit);
      else if (value && typeof value === 'object') {
        if (typeof (value as Node).type === 'string') found.push(value as Node);
        Object.values(value).forEach(visit);
      }
    };
    visit(this.tree);
    return found;
  }
}

function onlyTypes(node: Node): boolean {
  const specifiers = node.specifiers as { importKind?: string }[] | undefined;
  return !!specifiers?.length && specifiers.every(({ importKind }) => importKind === 'type');
}

/** Every file under version control, as it lies here now. */
export function houseOf(): Source[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return listed
    .split('\0')
    .filter((path) => path && existsSync(join(root, path)))
    .map((path) => new Source(path, readFileSync(join(root, path), 'utf8')));
}
