// What a chart over time shows, and what lies under the pointer. No drawing here.

export interface ChartSeries {
  /** Stable, e.g. the row's key; "other" for what is left over. */
  key: string;
  name: string;
  colour: string;
  /** One for each time; null where nothing is known. Never negative. */
  values: (number | null)[];
  /** Drawn under the axis: the other direction. */
  below?: boolean;
  /** A dashed line that is never stacked: the previous period, a limit. */
  dashed?: boolean;
}

export type ChartKind = "stack" | "lines" | "bars";

/** A moment or a span worth a mark: an attack, a change of routes. */
export interface Mark {
  from: number;
  to?: number;
  text: string;
  tone: "bad" | "warn" | "note";
}

/** The lowest and highest value that has to be drawn. */
export function extent(series: readonly ChartSeries[], kind: ChartKind): { low: number; high: number } {
  let low = 0;
  let high = 0;
  const length = Math.max(0, ...series.map((one) => one.values.length));
  for (let i = 0; i < length; i++) {
    let up = 0;
    let down = 0;
    for (const one of series) {
      const value = one.values[i] ?? 0;
      const stacked = kind !== "lines" && !one.dashed;
      if (one.below) {
        down = stacked ? down + value : Math.max(down, value);
      } else if (stacked) {
        up += value;
      } else {
        high = Math.max(high, value);
      }
    }
    high = Math.max(high, up);
    low = Math.min(low, -down);
  }
  return { low, high };
}

/** The series at a value of the axis, at one time: the layer of a stack, else the nearest line. Null: nothing there. */
export function seriesAt(
  series: readonly ChartSeries[],
  kind: ChartKind,
  i: number,
  value: number,
): ChartSeries | null {
  const below = value < 0;
  const wanted = Math.abs(value);
  if (kind === "lines") {
    let best: ChartSeries | null = null;
    let nearest = Number.POSITIVE_INFINITY;
    for (const one of series) {
      const at = one.values[i];
      if (at == null || Boolean(one.below) !== below) continue;
      const distance = Math.abs(at - wanted);
      if (distance < nearest) [nearest, best] = [distance, one];
    }
    return best;
  }
  let sum = 0;
  for (const one of series) {
    if (one.dashed || Boolean(one.below) !== below) continue;
    sum += one.values[i] ?? 0;
    if (wanted <= sum) return one;
  }
  return null;
}

export interface Reading {
  name: string;
  colour: string;
  value: number | null;
  below: boolean;
  dashed: boolean;
  here: boolean;
}

/** What the legend says of one time: the largest values, the one under the pointer always among them. */
export function readings(
  series: readonly ChartSeries[],
  i: number,
  here: string | null,
  most: number,
): { shown: Reading[]; left: number } {
  const all = series
    .map((one) => ({
      name: one.name,
      colour: one.colour,
      value: one.values[i] ?? null,
      below: Boolean(one.below),
      dashed: Boolean(one.dashed),
      here: one.key === here,
    }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const shown = all.slice(0, most);
  const hovered = all.find((one) => one.here);
  if (hovered && !shown.includes(hovered)) shown[shown.length - 1] = hovered;
  return { shown, left: all.length - shown.length };
}

/** The index of the time nearest to `time`. */
export function indexAt(times: readonly number[], time: number): number | null {
  if (times.length === 0) return null;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - (times[low - 1] ?? 0) < (times[low] ?? 0) - time ? low - 1 : low;
}

/** A chart in one sentence, for those who do not see it. */
export function summary(title: string, series: readonly ChartSeries[], show: (value: number) => string): string {
  if (series.length === 0) return `${title}: nothing to show`;
  const parts = series.slice(0, 5).map((one) => {
    const known = one.values.filter((value) => value !== null);
    const most = known.reduce((a, b) => Math.max(a, b), 0);
    return `${one.name}: highest ${show(most)}, last ${show(known.at(-1) ?? 0)}`;
  });
  const more = series.length > 5 ? `; and ${series.length - 5} more, in the table` : "";
  return `${title}. ${parts.join("; ")}${more}`;
}
