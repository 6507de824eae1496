import { countText, shareText } from '../number-text.js';
import type { RecordedProcess } from '../run-record.js';
import { trendOf } from '../statistics/trend.js';

/** Below this a process is still finding its size, and a trend would be noise. */
const secondsMin = 60;
/** A process whose memory stays within this share of its middle is called flat. */
const flatSwingMax = 0.1;

/** Of each service: where its memory began and ended, how far it swung, where it is going. */
export function memoryLines(processes: readonly RecordedProcess[]): string[] {
  const lines = processes.flatMap(({ name, memory }) => {
    if (memory === null || name === 'k6') return [];
    const { everySeconds, rssMebibytes } = memory;
    const trend = trendOf(rssMebibytes, everySeconds);
    if (trend === null || (rssMebibytes.length - 1) * everySeconds < secondsMin) return [];
    const { least, most, swing, slopePerSecond } = trend;
    const verdict = swing <= flatSwingMax ? 'flat' : slopePerSecond > 0 ? 'growing' : 'moving';
    const hourly = countText(slopePerSecond * 3_600);
    return [
      `  ${name.padEnd(8)}${countText(least)}–${countText(most)} MiB (± ${shareText(swing)}), ` +
        `trend ${slopePerSecond > 0 ? '+' : ''}${hourly} MiB an hour: ${verdict}`,
    ];
  });
  return lines.length === 0 ? [] : ['Memory (resident) over window and drain', ...lines];
}
