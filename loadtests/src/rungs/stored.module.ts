/** The rungs that store: the table, the pool and the reads are those of the pair, the way of counting is theirs. */
import { apiModule } from '@hotpath/contract/http/host';
import { Ingest, Query, SaturationProbe } from '@hotpath/contract/ports';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { IssueRowsRepository } from '@hotpath/contract/storage/issue-rows.repository';
import { RowsQuery } from '@hotpath/contract/storage/rows-query';
import type { StoredSettings } from './config.js';
import { CountsRepository } from './counts.repository.js';
import { GroupCommitIngest } from './group-commit.js';
import { UpsertIngest } from './upsert.js';

type Mysql = Awaited<ReturnType<typeof connect>>;
const mysql = Symbol('MySQL');

const ingests = { upsert: UpsertIngest, 'group-commit': GroupCommitIngest };
export type StoredRung = keyof typeof ingests;
type StoredIngest = InstanceType<(typeof ingests)[StoredRung]>;

export function storedRung(name: StoredRung, settings: StoredSettings) {
  const connected = async (): Promise<Mysql> => {
    const source = await connect(createDataSource(settings));
    await migrate(source);
    return source;
  };
  const counts = (source: Mysql) => new CountsRepository(source);
  const ingest = (repository: CountsRepository) => new ingests[name](repository);
  const query = (source: Mysql) => new RowsQuery(new IssueRowsRepository(source));
  const saturation = (port: StoredIngest, repository: CountsRepository) =>
    new Saturation(port, repository, settings.IN_FLIGHT_EVENTS_MAX);
  return apiModule(null, {
    providers: [
      { provide: mysql, useFactory: connected },
      { provide: CountsRepository, useFactory: counts, inject: [mysql] },
      { provide: Ingest, useFactory: ingest, inject: [CountsRepository] },
      { provide: Query, useFactory: query, inject: [mysql] },
      { provide: SaturationProbe, useFactory: saturation, inject: [Ingest, CountsRepository] },
    ],
  });
}

class Saturation extends SaturationProbe {
  constructor(
    private readonly ingest: StoredIngest,
    private readonly counts: CountsRepository,
    private readonly eventsMax: number,
  ) {
    super();
  }

  saturated(events: number): string | null {
    const tooMany = this.ingest.queuedEvents + events > this.eventsMax;
    return tooMany ? `${this.eventsMax} events are waiting for MySQL.` : null;
  }

  async missingStores(): Promise<readonly string[]> {
    return (await this.counts.answers()) ? [] : ['MySQL'];
  }
}
