/** Programs that single commands and tests need beside the servers, from the distribution's packages. */
import { aptSentence, findProgram } from './programs.js';
import { RigError } from './rig-error.js';

export type Tool = 'wrk' | 'chromium' | 'mysqldump' | 'mysql';

interface ToolNeeds {
  /** What it is called here or elsewhere; the first that is found is used. */
  readonly names: readonly string[];
  /** Debian's and Ubuntu's packages that hold it. */
  readonly packages: readonly string[];
}

const tools: Readonly<Record<Tool, ToolNeeds>> = {
  /** The closed-loop generator of `bench`, >= 4.1. */
  wrk: { names: ['wrk'], packages: ['wrk'] },
  /** The browser without windows, and a font, or pages have no letters. */
  chromium: {
    names: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
  },
  /** MariaDB's is not among the bare programs of mariadb-client-core. */
  mysqldump: { names: ['mariadb-dump', 'mysqldump'], packages: ['mariadb-client'] },
  /** Loads what mysqldump wrote. */
  mysql: { names: ['mariadb', 'mysql'], packages: ['mariadb-client-core'] },
};

export function isTool(name: string): name is Tool {
  return Object.hasOwn(tools, name);
}

export function findTool(tool: Tool): string | null {
  return tools[tool].names.map(findProgram).find((path) => path !== null) ?? null;
}

export function toolPackages(tool: Tool): readonly string[] {
  return tools[tool].packages;
}

export function toolRemedy(tool: Tool): string {
  if (findProgram('apt-get') === null) return `Put ${tool} on PATH.`;
  return aptSentence(toolPackages(tool));
}

/** @throws {RigError} when it is not on this machine, with the command that installs it */
export function requireTool(tool: Tool): string {
  const path = findTool(tool);
  if (path === null) throw new RigError(`${tool} is missing. ${toolRemedy(tool)}`);
  return path;
}
