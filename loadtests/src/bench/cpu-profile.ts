/** What V8's sampling profiler writes, as a tree of calls and as self time by place. Pure. */
import { z } from 'zod';

const frameSchema = z.object({
  functionName: z.string(),
  url: z.string(),
  lineNumber: z.number(),
});

/** A .cpuprofile, as far as it is read here. Times in µs. */
export const cpuProfileSchema = z.object({
  nodes: z
    .array(
      z.object({
        id: z.number(),
        callFrame: frameSchema,
        children: z.array(z.number()).optional(),
      }),
    )
    .min(1),
  startTime: z.number(),
  endTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.infer<typeof cpuProfileSchema>;

export const ownerKinds = ['own', 'package', 'node', 'engine'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

/** Whose code a frame is: own code by file, that of others by package. */
export interface Owner {
  readonly name: string;
  readonly kind: OwnerKind;
}

export interface Call {
  readonly name: string;
  /** With line, where it has one. */
  readonly place: string;
  readonly owner: Owner;
  selfMicros: number;
  /** With everything that it called. */
  micros: number;
  readonly children: Map<string, Call>;
}

export interface SelfTime extends Owner {
  readonly micros: number;
}

/** V8's own names for what is no function. */
const engine: Readonly<Record<string, string>> = {
  '(program)': 'native code and kernel',
  '(garbage collector)': 'garbage collection',
};
const idle = '(idle)';

/**
 * The calls of one or more profiles of the same program under one root, idle time left out.
 * @param root directory that own code lies in, with '/' at its end
 */
export function callTree(profiles: readonly CpuProfile[], root: string): Call {
  const tree = call('all', '', { name: 'all', kind: 'engine' });
  for (const profile of profiles) addProfile(tree, profile, root);
  sumUp(tree);
  return tree;
}

function addProfile(
  tree: Call,
  { nodes, samples, timeDeltas, endTime, startTime }: CpuProfile,
  root: string,
) {
  const self = new Map<number, number>();
  // A delta is the time before its sample, and a sample holds until the next one.
  let atMicros = startTime + (timeDeltas[0] ?? 0);
  samples.forEach((id, i) => {
    const next = i + 1 < samples.length ? atMicros + (timeDeltas[i + 1] ?? 0) : endTime;
    self.set(id, (self.get(id) ?? 0) + Math.max(0, next - atMicros));
    atMicros = next;
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const walk = (id: number, parent: Call) => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === idle) return;
    const at = childOf(parent, node.callFrame, root);
    at.selfMicros += self.get(id) ?? 0;
    for (const child of node.children ?? []) walk(child, at);
  };
  for (const child of nodes[0]?.children ?? []) walk(child, tree);
}

function childOf(parent: Call, frame: z.infer<typeof frameSchema>, root: string): Call {
  const owner = ownerOf(frame, root);
  const line = frame.url === '' ? '' : `:${frame.lineNumber + 1}`;
  const name = engine[frame.functionName] ?? (frame.functionName || '(anonymous)');
  const place = `${owner.kind === 'own' ? owner.name : placeOf(frame.url, root)}${line}`;
  const key = `${name} ${place}`;
  const known = parent.children.get(key);
  if (known !== undefined) return known;
  const added = call(name, place, owner);
  parent.children.set(key, added);
  return added;
}

function call(name: string, place: string, owner: Owner): Call {
  return { name, place, owner, selfMicros: 0, micros: 0, children: new Map() };
}

function sumUp(at: Call): number {
  at.micros = at.selfMicros;
  for (const child of at.children.values()) at.micros += sumUp(child);
  return at.micros;
}

const placeOf = (url: string, root: string) =>
  decodeURI(url)
    .replace(/^file:\/\//, '')
    .replace(root, '')
    .replace(/^.*node_modules\//, '');

function ownerOf({ functionName, url }: z.infer<typeof frameSchema>, root: string): Owner {
  if (engine[functionName]) return { name: engine[functionName], kind: 'engine' };
  if (url === '') return { name: "JavaScript's own functions", kind: 'engine' };
  if (url.startsWith('node:')) return { name: url, kind: 'node' };
  const place = placeOf(url, root);
  if (url.includes('/node_modules/')) {
    const [first = '', second = ''] = place.split('/');
    return { name: first.startsWith('@') ? `${first}/${second}` : first, kind: 'package' };
  }
  // As the reader knows the file: contract/dist/event.js is made of contract/src/event.ts.
  const source = place.replace(/^([^/]+)\/dist\/(?:src\/)?/, '$1/src/').replace(/\.js$/, '.ts');
  return { name: source, kind: 'own' };
}

/** By owner, most first: the sum is that of the tree. */
export function selfTimes(tree: Call): SelfTime[] {
  const byName = new Map<string, SelfTime>();
  const walk = (at: Call) => {
    const { name, kind } = at.owner;
    const micros = (byName.get(name)?.micros ?? 0) + at.selfMicros;
    if (at.selfMicros > 0) byName.set(name, { name, kind, micros });
    for (const child of at.children.values()) walk(child);
  };
  walk(tree);
  return [...byName.values()].sort((a, b) => b.micros - a.micros || (a.name < b.name ? -1 : 1));
}
