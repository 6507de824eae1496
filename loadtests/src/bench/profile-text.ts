/** Where the time of a profiled API went, as a table. Pure. */
import { countText, figureText, shareText } from '../number-text.js';
import type { SelfTime } from './cpu-profile.js';

export interface ArmProfile {
  readonly arm: string;
  readonly selfTimes: readonly SelfTime[];
  /** Acknowledged in the profiled windows. */
  readonly events: number;
  /** The flame graph. */
  readonly file: string;
}

const rowsMax = 12;

export function profileRows({ selfTimes, events }: ArmProfile, most = rowsMax): string[][] {
  const total = selfTimes.reduce((sum, { micros }) => sum + micros, 0);
  const row = (name: string, micros: number) => [
    name,
    shareText(micros / Math.max(1, total)),
    figureText(micros / Math.max(1, events)),
  ];
  const shown = selfTimes.slice(0, most);
  const rest = selfTimes.slice(most);
  const restMicros = rest.reduce((sum, { micros }) => sum + micros, 0);
  return [
    ...shown.map(({ name, micros }) => row(name, micros)),
    ...(rest.length === 0 ? [] : [row(`${rest.length} others`, restMicros)]),
    row('together', total),
  ];
}

export function renderProfile(profile: ArmProfile): string {
  const { arm, events, file } = profile;
  const rows = profileRows(profile);
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return [
    `${arm}: self time of the API's main thread, ${countText(events)} events, profiled`,
    ...rows.map(
      ([name = '', share = '', micros = '']) =>
        `  ${name.padEnd(width)}  ${share.padStart(6)}  ${micros.padStart(5)} µs/event`,
    ),
    `  flame graph: ${file}`,
  ].join('\n');
}
