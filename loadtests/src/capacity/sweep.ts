import type { ArmName } from '../arms.js';
import type { BodiesFile } from '../bench/bodies.js';
import { keptEvents, ledgerOf } from '../bench/macro.js';
import { runWrk, type WrkResult } from '../bench/wrk-load.js';
import { startArm } from '../rig/arm.js';
import { databaseName, type Stores } from '../run/stores.js';
import type { CapacitySweep, SweepPoint } from './capacity-record.js';
import { describeFit } from './usl-fit.js';

const drainMsMax = 60_000;
/** Of the warm-up alone. */
const warmUpConnections = 16;

export interface SweepPlan {
  readonly concurrencies: readonly number[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly bodies: BodiesFile;
}

/**
 * Throughput by the number of users who never pause, on empty stores with fresh processes. Made by wrk, as k6
 * takes more CPU for a request than the services do: the curve would be k6's own.
 * @throws {RigError} when the arm or wrk fails, or the arm does not drain within 60 s
 */
export async function performSweep(
  name: ArmName,
  { concurrencies, seconds, warmUpSeconds, bodies }: SweepPlan,
  stores: Stores,
  onPoint: (concurrency: number) => void,
): Promise<CapacitySweep> {
  const { dir, mysql, redis } = stores;
  await Promise.all([mysql.createDatabase(databaseName), redis.flush()]);
  const arm = await startArm(name, { ...stores, database: databaseName });
  const load = { url: arm.url, bodies: bodies.path };
  const { warmUp, measured } = bodies.firstLine;
  const loads = [
    await runWrk(dir, {
      ...{ ...load, name: 'warm-up', firstLine: warmUp },
      ...{ connections: warmUpConnections, seconds: warmUpSeconds },
    }),
  ];
  const points: SweepPoint[] = [];
  for (const connections of concurrencies) {
    // What one point leaves undone would be charged to the next.
    await arm.drained({ withinMs: drainMsMax });
    onPoint(connections);
    const result = await runWrk(dir, {
      ...{ ...load, name: `users-${connections}`, firstLine: measured, connections, seconds },
    });
    loads.push(result);
    points.push(pointOf(connections, result));
  }
  await arm.drained({ withinMs: drainMsMax });
  const kept = await keptEvents(arm, mysql.url(databaseName));
  await arm.stop();
  return { points, fit: describeFit(points), ledger: kept && ledgerOf(loads, kept) };
}

function pointOf(concurrency: number, result: WrkResult): SweepPoint {
  const throughputPerSecond = (result.answered - result.refused) / result.seconds;
  return {
    ...{ concurrency, throughputPerSecond },
    responseMs: throughputPerSecond === 0 ? null : (concurrency * 1_000) / throughputPerSecond,
    ...{ refused: result.refused, socketErrors: result.socketErrors },
    generatorCores: result.cpuSeconds / result.seconds,
  };
}
