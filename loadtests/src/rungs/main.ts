/** Starts one rung: `node main.js floor|floor-batched|floor-durable|upsert|group-commit`. */
import { serve } from '@hotpath/contract/http/host';
import { readDurableSettings, readFloorSettings, readStoredSettings } from './config.js';

const name = process.argv[2];

// Loaded when asked for: the floor carries no driver that it does not use.
if (name === 'floor' || name === 'floor-batched') {
  const { floorRung } = await import('./floor.js');
  const settings = readFloorSettings();
  await serve(floorRung(name, settings.PLANTED_SHARE), settings);
} else if (name === 'floor-durable') {
  const { durableRung } = await import('./durable.module.js');
  const settings = readDurableSettings();
  await serve(durableRung(settings), settings);
} else if (name === 'upsert' || name === 'group-commit') {
  const { storedRung } = await import('./stored.module.js');
  const settings = readStoredSettings();
  await serve(storedRung(name, settings), settings);
} else {
  throw new Error('A rung is one of floor, floor-batched, floor-durable, upsert, group-commit.');
}
