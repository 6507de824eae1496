import type { Arbitrary } from 'fast-check';
import { addresses, queries } from './addresses.js';
import { batches, events, jsonTexts, sizes } from './bodies.js';
import type { Input } from './input.js';
import { brokenMessages, encodings, heads, leavers, pipelines } from './wire.js';

export interface Family {
  readonly inputs: Arbitrary<Input>;
  /** Of all inputs; the shares add up to 1. */
  readonly share: number;
  readonly help: string;
}

export const families = {
  events: { inputs: events, share: 0.2, help: 'single events, valid, nearly valid and not at all' },
  batches: { inputs: batches, share: 0.1, help: 'batches of them, up to and beyond 100' },
  json: {
    inputs: jsonTexts,
    share: 0.15,
    help: 'text that is nearly JSON, deep, huge, or poisonous',
  },
  sizes: { inputs: sizes, share: 0.005, help: 'bodies around the limits and beyond' },
  encodings: { inputs: encodings, share: 0.04, help: 'content types, compressed bodies and bombs' },
  heads: { inputs: heads, share: 0.075, help: 'many, long and odd header fields' },
  addresses: { inputs: addresses, share: 0.13, help: 'methods and paths' },
  queries: { inputs: queries, share: 0.1, help: 'parameters of the read API, held and broken' },
  broken: {
    inputs: brokenMessages,
    share: 0.1,
    help: 'smuggling shapes and bytes that are no HTTP',
  },
  pipelines: { inputs: pipelines, share: 0.05, help: 'several requests in one go' },
  leavers: { inputs: leavers, share: 0.05, help: 'requests in parts, clients that leave half-way' },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
export const familyNames = Object.keys(families) as [FamilyName, ...FamilyName[]];
