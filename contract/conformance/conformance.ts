/** The suite that every arm passes over HTTP, whatever it has inside. */
import type { MetricSpec } from '@hotpath/contract/metrics';
import { afterAll, beforeAll, describe } from 'vitest';
import { batches } from './batches.ts';
import { counting } from './counting.ts';
import { hostile } from './hostile.ts';
import { openApiDocument } from './open-api-document.ts';
import { operations } from './operations.ts';
import { outages } from './outages.ts';
import { overload } from './overload.ts';
import { projects } from './projects.ts';
import { reads } from './reads.ts';
import type { OpenBreakableStage, OpenStage, Stage, StoreName } from './service.ts';
import { validation } from './validation.ts';

/** What an arm promises beyond what every arm must. False is held too: the failure is made to happen. */
export interface Promises {
  /** What an acknowledgement says was done. */
  readonly receipt: 'saved' | 'queued';
  readonly retriedEventCountsOnce: boolean;
  /** It serves projects apart, each with its keys and its rate. */
  readonly projectsApart: boolean;
  /** More new issues than a project may have are counted under one. */
  readonly newIssuesBounded: boolean;
  /** The setting that bounds events in flight, here to a few; null for an arm that has no bound. */
  readonly inFlightBound: { readonly env: Record<string, string>; readonly events: number } | null;
  /** Without it nothing is acknowledged; without any other store everything is. */
  readonly neededStore: StoreName | null;
}

export interface ArmUnderTest {
  /** Settings of every stage. */
  readonly env: Readonly<Record<string, string>>;
  readonly openStage: OpenStage;
  readonly openBreakableStage: OpenBreakableStage;
  readonly promises: Promises;
  /** All that its processes export, by process. */
  readonly metrics: {
    readonly api: readonly MetricSpec[];
    readonly worker: readonly MetricSpec[];
  };
}

export function conformance(arm: ArmUnderTest): void {
  describe('on servers of the suite', () => {
    let opened: Stage;
    const stage = () => opened;
    beforeAll(async () => {
      opened = await arm.openStage({ name: 'conformance', env: arm.env });
    });
    afterAll(() => opened?.close());

    validation(stage);
    batches(stage, arm.promises);
    counting(stage, arm.promises);
    reads(stage);
    openApiDocument(stage);
    operations(stage, arm);
    hostile(stage);
  });
  if (arm.promises.projectsApart) projects(arm);
  overload(arm);
  outages(arm);
}
