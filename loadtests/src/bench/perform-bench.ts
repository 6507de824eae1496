import { describeHere } from '../run/describe-study.js';
import { makeRecordDirectory } from '../run/record-directory.js';
import { RecordKeeper } from '../run/record-keeper.js';
import { introduceStores, startStores } from '../run/stores.js';
import {
  type BenchRecord,
  benchRecords,
  benchSchemaVersion,
  type MacroSide,
} from './bench-record.js';
import { type MacroOptions, performMacro } from './macro.js';

export interface BenchTools {
  readonly signal: AbortSignal;
  readonly onSide: (side: MacroSide) => void;
  readonly onNote: (note: string) => void;
}

/**
 * Saturates every arm on servers of its own, and returns the finished record.
 * @throws {RigError} when a server, an arm or wrk fails, or a study is running; the record then says so
 * @throws {UsageError} when the directory has something in it
 */
export async function performBench(
  options: MacroOptions & { readonly rigDirectory: string | null },
  id: string,
  directory: string,
  { signal, onSide, onNote }: BenchTools,
): Promise<BenchRecord> {
  await makeRecordDirectory(directory);
  const keeper = new RecordKeeper(directory, await describeBench(options, id), benchRecords);
  return keeper.during(signal, async () => {
    const stores = await startStores('auto', options.rigDirectory, null);
    try {
      await introduceStores(stores, keeper);
      await performMacro(options, {
        ...{ ...stores, signal, onNote },
        onSide: (side) => {
          onSide(side);
          return keeper.keep({ sides: [...keeper.record.sides, side] });
        },
      });
    } finally {
      await stores.dir.close();
    }
  });
}

async function describeBench(options: MacroOptions, id: string): Promise<BenchRecord> {
  const { seed, arms, rounds, connections, seconds, warmUpSeconds } = options;
  return {
    ...{ schemaVersion: benchSchemaVersion, kind: 'bench', sides: [] },
    ...(await describeHere(id, null)),
    plan: {
      ...{ rig: 'auto', seed, arms: [...arms], rounds, connections: [...connections] },
      ...{ measureSeconds: seconds, warmUpSeconds },
      profiled: (options.profileDirectory ?? null) !== null,
    },
  };
}
