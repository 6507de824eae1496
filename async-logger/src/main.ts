import { serve } from '@hotpath/contract/http/host';
import { AppModule } from './app.module.js';
import { config } from './config.js';

await serve(AppModule, config);
