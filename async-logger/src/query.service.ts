import type { IssuePage, IssueView, ListQuery, Summary } from '@hotpath/contract/ports';
import { Query } from '@hotpath/contract/ports';
import { columnsOf } from '@hotpath/contract/storage/issue.entity';
import { IssueRowsRepository, viewOf } from '@hotpath/contract/storage/issue-rows.repository';
import { Injectable } from '@nestjs/common';
import { CounterStore } from './counter.store.js';
import { IssueRepository } from './issue.repository.js';
import { ModeSwitch } from './mode.js';
import { type Moment, unsyncedOf } from './moment.js';

/** A sync between two reads makes them unequal; then both are read again, this often. */
const readsMax = 3;

/** The rows plus the counts not yet synced. */
@Injectable()
export class QueryService extends Query {
  constructor(
    private readonly issues: IssueRepository,
    private readonly counters: CounterStore,
    private readonly modes: ModeSwitch,
  ) {
    super();
  }

  async list(query: ListQuery, project: string): Promise<IssuePage> {
    const moment = await this.atOneMoment(
      project,
      (rows) => rows.list(query, project),
      ({ rows }) => rows.map((row) => row.fingerprint),
    );
    const { rows, nextCursor } = moment.read;
    const issues = rows.map((row, i) => viewOf(row, unsyncedOf(moment, row.fingerprint, i)));
    return { issues, nextCursor };
  }

  async find(fingerprint: string, project: string): Promise<IssueView | null> {
    // A sample goes once its row is committed. If that was between our two looks, the row is there now.
    return (await this.findOnce(fingerprint, project)) ?? this.findOnce(fingerprint, project);
  }

  private async findOnce(fingerprint: string, project: string): Promise<IssueView | null> {
    const moment = await this.atOneMoment(
      project,
      (rows) => rows.find(fingerprint, project),
      () => [fingerprint],
    );
    const events = unsyncedOf(moment, fingerprint, 0);
    if (moment.read) return viewOf(moment.read, events);
    // Acknowledged a moment ago: the row is on its way, its content is here.
    const [sample] = await this.counters.samples([fingerprint]);
    if (!sample) return null;
    const row = { id: '', count: 0, ...columnsOf(sample) };
    return row.project === project ? viewOf(row, events) : null;
  }

  async summary(project: string): Promise<Summary> {
    const moment = await this.atOneMoment(
      project,
      (rows) => rows.totals(project),
      () => [],
    );
    let backlogEvents = moment.unsynced.backlogEvents;
    for (const { id, rows } of moment.unsynced.chunks) {
      if (!moment.applied.has(id)) continue;
      for (const row of rows) if (row.project === project) backlogEvents -= row.count;
    }
    const { issues, events } = moment.read;
    return { issues, events: events + backlogEvents, backlogEvents };
  }

  /**
   * Rows and deltas that belong together: a delta is in one of them, never in both or in neither.
   * MySQL's snapshot comes first; Redis then says which chunks are under way, the snapshot which of these
   * it holds. A chunk that was released in between is in neither, and shows as another `released`.
   */
  private async atOneMoment<T>(
    project: string,
    read: (rows: IssueRowsRepository) => Promise<T>,
    fingerprintsOf: (read: T) => readonly string[],
  ): Promise<Moment<T>> {
    this.modes.assertNothingKept();
    for (let reads = 1; ; reads++) {
      const before = await this.counters.unsynced([], project);
      const moment = await this.issues.inSnapshot(async (manager) => {
        const rows = await read(new IssueRowsRepository(manager));
        const unsynced = await this.counters.unsynced(fingerprintsOf(rows), project);
        const ids = unsynced.chunks.map((chunk) => chunk.id);
        return { read: rows, unsynced, applied: await this.issues.applied(ids, manager) };
      });
      if (moment.unsynced.released === before.released || reads === readsMax) return moment;
    }
  }
}
