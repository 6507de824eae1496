import { labelStyle } from './scale.js';
import { themed } from './theme.js';

/** The axis of a chart of lying bars: one name a bar, the first on top. */
export function categories(names: readonly string[]): Record<string, unknown> {
  return {
    ...{ type: 'category', inverse: true, data: [...names], axisTick: { show: false } },
    axisLabel: { ...labelStyle, color: themed('ink') },
    axisLine: { show: true, lineStyle: { color: themed('rule') } },
  };
}
