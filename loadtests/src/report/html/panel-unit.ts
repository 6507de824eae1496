/** How a unit of Grafana's is written, and what a value in it is multiplied with to fit. */
export interface PanelUnit {
  readonly name: string;
  readonly times: number;
}

const units: Readonly<Record<string, PanelUnit>> = {
  s: { name: 'ms', times: 1_000 },
  bytes: { name: 'MiB', times: 2 ** -20 },
  Bps: { name: 'MiB a second', times: 2 ** -20 },
  percentunit: { name: '%', times: 100 },
  cps: { name: 'a second', times: 1 },
  ops: { name: 'a second', times: 1 },
  reqps: { name: 'requests a second', times: 1 },
  short: { name: '', times: 1 },
};

/** @param unit as a dashboard names it: 's', 'suffix: cores'; an unknown one stands for itself */
export function panelUnit(unit: string): PanelUnit {
  return units[unit] ?? { name: unit.replace(/^suffix:\s*/, ''), times: 1 };
}
