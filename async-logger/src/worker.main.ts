import { serve } from '@hotpath/contract/http/host';
import { config } from './config.js';
import { WorkerModule } from './worker.module.js';

await serve(WorkerModule, config);
