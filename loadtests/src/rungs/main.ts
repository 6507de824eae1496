/** Starts one rung: `node main.js floor|floor-batched`. */
import { apiModule, serve } from '@hotpath/contract/http/host';
import { Ingest, Query, SaturationProbe } from '@hotpath/contract/ports';
import { config } from './config.js';
import { FloorBatchedIngest, FloorIngest, NeverSaturated, NothingStored } from './floor.js';

const ingests = { floor: FloorIngest, 'floor-batched': FloorBatchedIngest };

const useClass = ingests[process.argv[2] as keyof typeof ingests];
if (!useClass) throw new Error(`A rung is one of ${Object.keys(ingests).join(', ')}.`);

const rung = apiModule({
  providers: [
    { provide: Ingest, useClass },
    { provide: Query, useClass: NothingStored },
    { provide: SaturationProbe, useClass: NeverSaturated },
  ],
});

await serve(rung, config);
