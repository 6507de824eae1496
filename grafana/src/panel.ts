/** What a panel is, before Grafana: written by hand, and made into the SDK's form by drawing.ts. */

/** Grafana's unit ids, as far as they are used. */
export type Unit =
  | 's'
  | 'ms'
  | 'short'
  | 'percentunit'
  | 'reqps'
  | 'cps'
  | 'ops'
  | 'bytes'
  | 'Bps'
  | 'suffix:x'
  | 'suffix: s/s'
  | 'suffix: cores'
  | 'suffix: /request'
  | 'suffix: events'
  | 'suffix: B/h';

export interface Query {
  readonly expr: string;
  /** Names its series; what begins with an arm's name gets that arm's colour. */
  readonly legend: string;
}

/** From this value on (or, below, up to it) it deserves a look, or is bad. In the panel's unit. */
export interface Limits {
  readonly warn?: number;
  readonly bad?: number;
  /** The bad side is below. */
  readonly below?: true;
}

export type DashboardUid =
  | 'hotpath-pair'
  | 'hotpath-time'
  | 'hotpath-resources'
  | 'hotpath-soak'
  | 'hotpath-rig-health';

export interface Panel {
  /**
   * lines: over time. stack: parts of a whole over time. heat: a histogram over time. figure: one value for
   * all that is shown, by series. bars: the same, to be compared by length.
   */
  readonly as: 'lines' | 'stack' | 'heat' | 'figure' | 'bars';
  /** A question, or a statement that holds or doesn't. */
  readonly title: string;
  /** What to look for. */
  readonly look: string;
  /** What usually causes it when it is bad. */
  readonly cause: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Null: the panel explains, and no value of it is bad in itself. */
  readonly limits: Limits | null;
  /** Where the next answer is. */
  readonly next: DashboardUid;
  /** Figures and bars whose value is that of the last moment, not of the whole range. */
  readonly last?: true;
  readonly max?: number;
  readonly logarithmic?: true;
  /** Said where there is no series: when that means something. */
  readonly empty?: string;
  /** Columns of 24; else the row is divided evenly. */
  readonly columns?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: DashboardUid;
  readonly title: string;
  readonly description: string;
  /** Where its panels lead that would else lead to itself. */
  readonly next: DashboardUid;
  readonly rows: readonly Row[];
}

/** Where the reader goes from a dashboard, with its time and variables. */
export const titles: Readonly<Record<DashboardUid, string>> = {
  'hotpath-pair': 'Hotpath 1: is the service level met, and by which arm?',
  'hotpath-time': 'Hotpath 2: where does the time go?',
  'hotpath-resources': 'Hotpath 3: which resource is the limit?',
  'hotpath-soak': 'Hotpath 4: does anything grow over hours?',
  'hotpath-rig-health': 'Hotpath 5: is the measurement itself sound?',
};
