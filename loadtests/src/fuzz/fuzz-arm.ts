import { armTraits } from '../arms.js';
import { readStoredCounts } from '../ledger/issues.store.js';
import type { Arm } from '../rig/arm.js';
import { identify, isAlive, openDescriptorsOf, rssBytesOf } from '../rig/proc.js';
import { waitUntil } from '../rig/wait.js';
import { type Counted, type Finding, runFamily } from './campaign.js';
import { type FamilyName, families, familyNames } from './families.js';
import { holdOn, type SlowClients } from './slow-clients.js';

const drainMsMax = 30_000;
const closeMsMax = 5_000;
/** What the API may have grown by since the inputs before: V8 keeps what it once needed. */
export const growthBytesMax = 128 * 1_024 * 1_024;
/** A scrape or two of ours may be open when descriptors are counted. */
const descriptorsSlack = 8;
/** Sent before memory is first looked at, so that what is needed once has been needed. */
const warmUpShare = 0.2;

export interface FuzzPlan {
  readonly inputs: number;
  readonly seed: number;
  /** Null: all of them. */
  readonly only: FamilyName | null;
  /** Of one family: goes at once to an input found before. */
  readonly path: string | undefined;
  /** 0: none. */
  readonly slowClientsAKind: number;
  readonly signal: AbortSignal;
  readonly onFamily: (family: FamilyName, counted: Counted, seconds: number) => void;
}

export interface FuzzResult {
  readonly counted: Counted;
  readonly findings: readonly Finding[];
  readonly slow: SlowClients | null;
  /** Of the whole: deaths, accounting, memory, descriptors. */
  readonly offences: readonly string[];
  readonly grownBytes: number;
}

/**
 * Sends every family's inputs to a running arm, then asks whether it still is what it was.
 * @param databaseUrl of the arm's own database
 * @throws {RigError} when it does not drain within 30 s
 */
export async function fuzzArm(arm: Arm, databaseUrl: string, plan: FuzzPlan): Promise<FuzzResult> {
  const { pid } = arm.api;
  const before = await look(arm);
  const warmUp = newCounted();
  const names = plan.only === null ? familyNames : [plan.only];
  const wide = plan.path === undefined && plan.only === null;
  const first = wide ? await sendAll(names, plan, arm.url, warmUpShare, warmUp) : [];
  // By now it has opened what it keeps open: connections to its stores.
  const rssBefore = rssBytesOf(pid) ?? 0;
  const descriptorsBefore = openDescriptorsOf(pid) ?? 0;
  const counted = newCounted();
  const slowly = plan.slowClientsAKind > 0 ? holdOn(arm.url, plan.slowClientsAKind) : null;
  const rest = await sendAll(names, plan, arm.url, wide ? 1 - warmUpShare : 1, counted);
  const slow = await slowly;
  addTo(counted, warmUp);
  counted.counted += slow?.goodEvents ?? 0;
  const grownBytes = (rssBytesOf(pid) ?? 0) - rssBefore;
  const offences = [
    ...(await deathsOf(arm, before.identity)),
    ...(plan.signal.aborted ? [] : await accountsOf(arm, databaseUrl, before, counted)),
    ...(wide ? await leftOpen(pid, descriptorsBefore) : []),
    ...(grownBytes > growthBytesMax ? [`grew by ${Math.round(grownBytes / 2 ** 20)} MiB`] : []),
    ...(slow?.offences ?? []),
  ];
  return { counted, findings: [...first, ...rest], slow, offences, grownBytes };
}

const newCounted = (): Counted => ({
  ...{ inputs: 0, statuses: new Map(), counted: 0, duplicate: 0, unknown: 0 },
});

function addTo(sum: Counted, other: Counted): void {
  for (const key of ['inputs', 'counted', 'duplicate', 'unknown'] as const) sum[key] += other[key];
  for (const [status, n] of other.statuses)
    sum.statuses.set(status, (sum.statuses.get(status) ?? 0) + n);
}

/** Family after family: what one leaves behind on the service is there for the next. */
async function sendAll(
  names: readonly FamilyName[],
  { inputs, seed, path, signal, onFamily }: FuzzPlan,
  url: string,
  share: number,
  sum: Counted,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const family of names) {
    const own = newCounted();
    const startedAt = performance.now();
    const many = Math.ceil(inputs * share * (names.length === 1 ? 1 : families[family].share));
    // Another seed for the rest, or the warm-up's inputs would come again.
    const campaign = {
      url,
      family,
      inputs: many,
      seed: share < 0.5 ? seed ^ 1 : seed,
      path,
      signal,
    };
    const finding = await runFamily(campaign, own);
    if (finding !== null) findings.push(finding);
    onFamily(family, own, (performance.now() - startedAt) / 1_000);
    addTo(sum, own);
  }
  return findings;
}

async function look(arm: Arm) {
  const metrics = await arm.metrics();
  const outcome = (name: string) => metrics.get(`hotpath_events_total{outcome="${name}"}`) ?? 0;
  return {
    identity: identify(arm.api.pid),
    counted: outcome('counted'),
    duplicate: outcome('duplicate'),
    failed: outcome('failed'),
  };
}
type Looked = Awaited<ReturnType<typeof look>>;

async function deathsOf(arm: Arm, identity: Looked['identity']): Promise<string[]> {
  const alive = identity !== null && isAlive(identity);
  return alive ? [] : [`the API died: see ${arm.api.logFile}`];
}

/** Every event in exactly one outcome, every acknowledged one stored, every connection gone. */
async function accountsOf(arm: Arm, databaseUrl: string, before: Looked, counted: Counted) {
  await arm.drained({ withinMs: drainMsMax });
  const stored = [...(await readStoredCounts(databaseUrl)).values()].reduce((sum, n) => sum + n, 0);
  const after = await look(arm);
  const { exact } = armTraits[arm.name];
  const failed = after.failed - before.failed;
  const between = (what: string, seen: number, least: number) =>
    seen >= least && seen <= least + counted.unknown
      ? []
      : [`${what} ${seen}, acknowledged ${least}, unknown ${counted.unknown}`];
  return [
    ...between('counted', after.counted - before.counted, counted.counted),
    ...between('duplicates', after.duplicate - before.duplicate, counted.duplicate),
    ...(exact ? between('stored', stored, counted.counted) : []),
    // naive fails where two requests see an issue first: its promise has a no there.
    ...(exact && failed > 0 ? [`${failed} events failed`] : []),
  ];
}

async function leftOpen(pid: number, descriptorsBefore: number): Promise<string[]> {
  const most = descriptorsBefore + descriptorsSlack;
  const until = `at most ${most} descriptors are open`;
  const closed = waitUntil(() => (openDescriptorsOf(pid) ?? 0) <= most, {
    ...{ withinMs: closeMsMax, everyMs: 50, until },
  });
  return closed.then(
    () => [],
    (error: Error) => [error.message],
  );
}
