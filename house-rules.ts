/** What the rules of house.test.ts are made of: each takes files and gives the offences. */
import type { Source } from './house-source.ts';

/** Gives the offences, each a sentence that begins with a path. */
export type Rule = (house: readonly Source[]) => string[];

export const inside =
  (...rooms: string[]) =>
  ({ path }: { path: string }) =>
    rooms.some((room) => path === room || path.startsWith(`${room}/`));
export const code = (files: readonly Source[]) => files.filter((file) => file.isCode);

/** Imports of files in `rooms` that `allowed` does not allow. Packages and Node's own are no rooms. */
export const importsOnly =
  (rooms: string[], allowed: (target: string, file: Source) => boolean): Rule =>
  (files) =>
    code(files)
      .filter(inside(...rooms))
      .flatMap((file) =>
        file
          .imports()
          .filter(({ target }) => /^[\w.-]+\//.test(target) && isRoom(target))
          .filter(({ target }) => !allowed(target, file))
          .map(({ target }) => `${file.path} imports ${target}`),
      );

const workspaces = ['contract', 'naive-logger', 'async-logger', 'loadtests', 'grafana'];
const isRoom = (target: string) => workspaces.some((room) => target.startsWith(`${room}/`));
export const under = (...rooms: string[]) => {
  return (target: string) => rooms.some((room) => target === room || target.startsWith(`${room}/`));
};

/** Files where `offends` holds. */
export const none =
  (offends: (file: Source) => boolean, where: (file: Source) => boolean = () => true): Rule =>
  (files) =>
    files.filter((file) => where(file) && offends(file)).map(({ path }) => path);

export const drivers = /^(typeorm|mysql2|ioredis|bullmq)(\/|$)/;
export const mayDrive = (path: string) =>
  /\.(repository|store|queue|worker|module|migration)\.ts$/.test(path) ||
  /^contract\/src\/storage\/|^loadtests\/src\/rig\/|\/test\/|^[\w-]+\/bench\//.test(path);

export const linesMax = 250;
export const functionLinesMax = 60;
export const pairLinesMax = 80;
export const copyLinesMin = 6;
/** Over pairLinesMax before it was a rule; may shrink, may not grow. */
const grownPairs: Readonly<Record<string, number>> = {
  'async-logger/src/issue.repository.ts': 121,
  'async-logger/src/query.service.ts': 103,
};

export const isTest = ({ path }: Source) => /\.test\.ts$|\/test\/|\/conformance\//.test(path);
const stem = (path: string) => path.replace(/^[^/]+\//, '');

export const longFunctions: Rule = (files) =>
  code(files).flatMap((file) =>
    file
      .functions()
      // In a suite the function around the tests is only their room.
      .filter(({ lines, own }) => (isTest(file) ? own : lines) > functionLinesMax)
      .map(({ line, lines }) => `${file.path}:${line} has ${lines} lines`),
  );

export const pairs: Rule = (files) => {
  const naive = files.filter(inside('naive-logger/src', 'naive-logger/test'));
  const twins = new Map(
    files.filter(inside('async-logger')).map((file) => [stem(file.path), file]),
  );
  return naive.flatMap((file) => {
    const twin = twins.get(stem(file.path));
    if (!twin) return [`${file.path} has no twin in async-logger`];
    return [file, twin]
      .filter(({ path, lines }) => lines > (grownPairs[path] ?? pairLinesMax))
      .map(({ path, lines }) => `${path} has ${lines} lines`);
  });
};

export const copies: Rule = (files) => {
  const runs = (file: Source) =>
    file
      .statements()
      .map((_line, i, all) => all.slice(i, i + copyLinesMin))
      .filter((run) => run.length === copyLinesMin)
      .map((run) => run.join('\n'));
  const known = new Map<string, string>();
  for (const file of code(files).filter(inside('naive-logger/src'))) {
    for (const run of runs(file)) known.set(run, file.path);
  }
  return code(files)
    .filter(inside('async-logger/src'))
    .flatMap((file) =>
      runs(file)
        .filter((run) => known.has(run))
        .map((run) => `${file.path} repeats ${known.get(run)}: ${run}`),
    );
};
