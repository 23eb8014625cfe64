// An answer of /api/v1/query as what charts and tables show. No drawing here.
import type { FullAnswer, Key, AnswerRow as PlainRow, RateStatistics, Step, Sums, Traffic } from "../../api/answer";
import { type AsNames, colourKey, valueText } from "../../names/columns";
import type { Unit } from "./question";

export type Cell = Key;
export type Bucket = Step;
export type Statistics = RateStatistics;
export interface AnswerRow extends PlainRow {
  reverse?: Traffic;
  previous?: Traffic;
  speed_bps?: number | null;
}
export interface Answer extends Omit<FullAnswer, "rows" | "other" | "total" | "as_names"> {
  rows: AnswerRow[];
  other: AnswerRow | null;
  total: AnswerRow;
  as_names?: AsNames;
  source: string;
  rows_read: number;
  took_ms: number;
}

export interface Row {
  /** Stable: the values as JSON; "other" for what is left over. */
  key: string;
  name: string;
  colourKey: string;
  cells: Cell[];
  cellNames: string[];
  /** Rates over time, in the unit. */
  values: number[];
  below: number[] | null;
  before: number[] | null;
  statistics: Statistics;
  reverse: Statistics | null;
  previous: Statistics | null;
  bytes: number;
  packets: number;
  flows: number;
  /** Of all that matched, by the metric: 0 to 1. */
  share: number;
}

export interface Shaped {
  /** The dimensions and the unit that were asked for. */
  by: readonly string[];
  unit: Unit;
  times: number[];
  stepMs: number;
  rows: Row[];
  other: Row | null;
  total: Row;
  names: AsNames;
}

const FIELD: Record<Unit, keyof Sums> = {
  bps: "bytes",
  l2: "layer2_bytes",
  pps: "packets",
  fps: "flows",
  share: "bytes",
};
const FACTOR: Record<Unit, number> = { bps: 8, l2: 8, pps: 1, fps: 1, share: 8 };

function amount(sums: Sums, unit: Unit): number {
  return Number(sums[FIELD[unit]] ?? 0) * FACTOR[unit];
}

/** Rates of a series; the last step may be cut short by the end of the range. */
export function rates(
  series: readonly Bucket[] | undefined,
  unit: Unit,
  stepMs: number,
  toMs: number,
  divide = 1,
): number[] {
  return (series ?? []).map((bucket) => {
    const seconds = Math.max(1, Math.min(stepMs, toMs - bucket.time)) / 1000;
    return amount(bucket, unit) / seconds / divide;
  });
}

function scaledBy(statistics: Statistics | undefined, values: readonly number[], divide: number): Statistics {
  const known = statistics ?? statisticsOf(values.map((value) => value * divide));
  return {
    minimum: known.minimum / divide,
    maximum: known.maximum / divide,
    average: known.average / divide,
    last: known.last / divide,
    percentile_95: known.percentile_95 / divide,
  };
}

/** As query/query.h says: the top 5 % of the samples are thrown away, the highest that is left counts. */
export function statisticsOf(values: readonly number[]): Statistics {
  if (values.length === 0) return { minimum: 0, maximum: 0, average: 0, last: 0, percentile_95: 0 };
  const ordered = [...values].sort((a, b) => a - b);
  return {
    minimum: ordered[0] ?? 0,
    maximum: ordered.at(-1) ?? 0,
    average: values.reduce((a, b) => a + b, 0) / values.length,
    last: values.at(-1) ?? 0,
    percentile_95: ordered[ordered.length - 1 - Math.floor(values.length * 0.05)] ?? 0,
  };
}

export function stepOf(answer: Answer): number {
  const series = answer.total.series ?? [];
  const [first, second] = series;
  return first && second ? second.time - first.time : Math.max(1000, answer.to - answer.from);
}

export function shape(answer: Answer, unit: Unit): Shaped {
  const names = answer.as_names ?? {};
  const times = (answer.total.series ?? []).map((bucket) => bucket.time);
  const stepMs = stepOf(answer);
  const whole = amount(answer.total, unit);
  const rowOf = (row: AnswerRow, key: string | null): Row => {
    const cells = answer.by.map((column) => (row[column] ?? null) as Cell);
    const cellNames = cells.map((cell, i) => valueText(answer.by[i] ?? "", cell, names));
    const divide = unit === "share" ? row.speed_bps || Number.POSITIVE_INFINITY : 1;
    const values = rates(row.series, unit, stepMs, answer.to, divide);
    const side = (traffic: Traffic | undefined) => {
      if (!traffic) return { values: null, statistics: null };
      const its = rates(traffic.series, unit, stepMs, answer.to, divide);
      return { values: its, statistics: scaledBy(traffic.statistics, its, divide) };
    };
    const reverse = side(row.reverse);
    const previous = side(row.previous);
    return {
      key: key ?? JSON.stringify(cells),
      name: key === "other" ? "everything else" : key === "total" ? "total" : cellNames.join(" · "),
      colourKey:
        cells.length === 1
          ? colourKey(answer.by[0] ?? "", cells[0] ?? null)
          : cells.map((cell, i) => colourKey(answer.by[i] ?? "", cell)).join("|"),
      cells,
      cellNames,
      values,
      below: reverse.values,
      before: previous.values,
      statistics: scaledBy(row.statistics, values, divide),
      reverse: reverse.statistics,
      previous: previous.statistics,
      bytes: row.bytes,
      packets: row.packets,
      flows: row.flows,
      share: whole > 0 ? amount(row, unit) / whole : 0,
    };
  };
  return {
    by: answer.by,
    unit,
    times,
    stepMs,
    rows: answer.rows.map((row) => rowOf(row, answer.by.length === 0 ? "total" : null)),
    other: answer.other && amount(answer.other, unit) > 0 ? rowOf(answer.other, "other") : null,
    total: rowOf(answer.total, "total"),
    names,
  };
}

export interface Flow {
  nodes: { name: string; colourKey: string; column: string; value: Cell }[];
  links: { source: string; target: string; value: number }[];
}

/** What flows from one dimension to the next. A value keeps apart from the same value of another dimension. */
export function flowOf(shaped: Shaped): Flow {
  const { by } = shaped;
  const nodes = new Map<string, Flow["nodes"][number]>();
  const links = new Map<string, Flow["links"][number]>();
  const nodeOf = (column: number, row: Row) => {
    const id = `${column}\u0000${row.cellNames[column] ?? ""}`;
    if (!nodes.has(id)) {
      const value = row.cells[column] ?? null;
      nodes.set(id, { name: id, colourKey: colourKey(by[column] ?? "", value), column: by[column] ?? "", value });
    }
    return id;
  };
  for (const row of shaped.rows) {
    for (let i = 0; i + 1 < by.length; i++) {
      const [source, target] = [nodeOf(i, row), nodeOf(i + 1, row)];
      const key = `${source}\u0001${target}`;
      const link = links.get(key) ?? { source, target, value: 0 };
      link.value += row.statistics.average;
      links.set(key, link);
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()].filter((link) => link.value > 0) };
}
