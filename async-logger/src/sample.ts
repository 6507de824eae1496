/** What Redis keeps of an issue's first event until MySQL has it. */
import type { IngestedEvent } from '@hotpath/contract/event';

/** The whole event: 4 KiB to 70 KiB, only while its row is missing. */
export const packSample = (event: IngestedEvent): string => JSON.stringify(event);
export const unpackSample = (packed: string): IngestedEvent => JSON.parse(packed);

/** Stands in for a sample that nobody has any more: the count is kept whatever else is gone. */
export const lostSampleMessage = '(the first event of this issue is lost)';

type Known = Pick<IngestedEvent, 'project' | 'fingerprint' | 'seenAtMs'>;

export const lostSample = ({ project, fingerprint, seenAtMs }: Known) =>
  packSample({
    ...{
      project,
      fingerprint,
      seenAtMs,
      message: lostSampleMessage,
      level: 'error',
      truncated: [],
    },
    ...{ stackTrace: null, eventId: null, environment: null, release: null },
  });
