/** What Redis keeps of an issue's first event until MySQL has it. */
import type { IngestedEvent } from '@hotpath/contract/event';

/** The whole event: 4 KiB to 70 KiB, only while its row is missing. */
export const packSample = (event: IngestedEvent): string => JSON.stringify(event);
export const unpackSample = (packed: string): IngestedEvent => JSON.parse(packed);
