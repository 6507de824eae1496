import { apiModule } from '@hotpath/contract/http/host';
import { Ingest, Query, SaturationProbe } from '@hotpath/contract/ports';
import { connect, createDataSource, migrate } from '@hotpath/contract/storage/data-source';
import { IssueRowsRepository } from '@hotpath/contract/storage/issue-rows.repository';
import { DataSource } from 'typeorm';
import { config } from './config.js';
import { IngestService } from './ingest.service.js';
import { IssueRepository } from './issue.repository.js';
import { QueryService } from './query.service.js';
import { Saturation } from './saturation.js';

const mysql = async (): Promise<DataSource> => {
  const source = await connect(createDataSource(config));
  await migrate(source);
  return source;
};

export const AppModule = apiModule(config, {
  providers: [
    { provide: DataSource, useFactory: mysql },
    { provide: IssueRowsRepository, useFactory: rows, inject: [DataSource] },
    IssueRepository,
    { provide: Ingest, useClass: IngestService },
    { provide: Query, useClass: QueryService },
    { provide: SaturationProbe, useClass: Saturation },
  ],
});

function rows(source: DataSource): IssueRowsRepository {
  return new IssueRowsRepository(source);
}
