// An answer of /api/v1/query (src/query/format_json.cc) with all that it may hold, and its rows as people name them.
import { testFor } from "../filter/combine";
import { colourKey } from "../names/columns";
import { apiPath } from "./client";

export type Key = string | number | null;
export interface Sums {
  bytes: number;
  packets: number;
  flows: number;
  /** Where it was asked for. */
  layer2_bytes?: number;
}
export interface Step extends Sums {
  time: number;
}
/** Of the metric's rate: bit/s, packets/s, flows/s. */
export interface RateStatistics {
  minimum: number;
  maximum: number;
  average: number;
  last: number;
  percentile_95: number;
}
export interface Traffic extends Sums {
  statistics?: RateStatistics;
  series?: Step[];
}
export interface AnswerRow extends Traffic {
  previous?: Traffic;
  [column: string]: unknown;
}
export interface FullAnswer {
  from: number;
  to: number;
  by: string[];
  rows: AnswerRow[];
  other: AnswerRow | null;
  total: AnswerRow;
  as_names?: Record<string, { name: string; country: string }>;
}

export interface Asked {
  by?: string;
  filter?: string;
  metric?: string;
  from: string;
  to?: string;
  top?: number;
  resolution?: string;
  rank?: string;
  compare?: string;
  series?: string;
}
export function queryPath(asked: Asked): string {
  return apiPath("/api/v1/query", { ...asked });
}

/** A text as a value of the filter language. */
export function filterText(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The length of a step; the whole range where there is one step or none. */
export function stepOf(answer: FullAnswer): number {
  const [first, second] = answer.total.series ?? [];
  return first && second ? second.time - first.time : Math.max(1000, answer.to - answer.from);
}

/** Bit/s of a series; the last step may be cut short by the end of the range, and the first by its start. */
export function bitRates(series: readonly Step[] | undefined, stepMs: number, fromMs: number, toMs: number): number[] {
  return (series ?? []).map((step) => {
    const length = Math.min(step.time + stepMs, toMs) - Math.max(step.time, fromMs);
    return (step.bytes * 8000) / Math.max(1000, length);
  });
}

/** A step that has only begun says little: its mean would look like a fall. */
export function withoutUnfinished<T>(values: T[], times: readonly number[], stepMs: number, toMs: number): T[] {
  const last = times.at(-1);
  return last !== undefined && times.length > 2 && last + stepMs > toMs ? values.slice(0, -1) : values;
}

/** Bit/s of sums over the answer's range. */
export function bitRate(answer: FullAnswer, sums: Sums | null | undefined): number {
  return sums ? (sums.bytes * 8000) / Math.max(1000, answer.to - answer.from) : 0;
}

export interface NamedRow {
  /** Its colour's key, such as "as:15169". */
  key: string;
  name: string;
  /** Smaller, beside it. */
  more?: string;
  bits: number;
  /** Of all that was asked for, 0 to 1. */
  share: number;
  /** The filter of its traffic; null where nothing is known of it. */
  filter: string | null;
}

const REGIONS =
  typeof Intl.DisplayNames === "function" ? new Intl.DisplayNames(["en"], { type: "region", fallback: "none" }) : null;

export function countryName(code: string): string {
  try {
    return REGIONS?.of(code) ?? code;
  } catch {
    return code;
  }
}

function asRow(column: string, value: Key, answer: FullAnswer) {
  if (typeof value !== "number") return { key: "as:", name: "unknown", filter: null };
  const known = answer.as_names?.[String(value)];
  const filter = `${column} = ${value}`;
  if (value === 0) return { key: "as:0", name: "AS 0", more: "own network or no route", filter };
  return {
    key: `as:${value}`,
    name: known ? known.name : `AS ${value}`,
    ...(known ? { more: `AS ${value}` } : {}),
    filter,
  };
}

function cellRow(
  column: string,
  value: Key,
  answer: FullAnswer,
): { key: string; name: string; more?: string; filter: string | null } {
  if (/(^|_)as$/.test(column)) return asRow(column, value, answer);
  if (value === null || value === "") {
    const nobody = column.endsWith("customer")
      ? "no customer"
      : column === "direction"
        ? "unknown direction"
        : "unknown";
    return { key: `${column}:`, name: nobody, filter: `${column} is unknown` };
  }
  const text = String(value);
  if (column.endsWith("_country"))
    return { key: colourKey(column, value), name: countryName(text), more: text, filter: testFor(column, value) };
  return { key: colourKey(column, value), name: text, filter: testFor(column, value) };
}

/** The rows of an answer, most first; rows of several columns are named by all of them. */
export function namedRows(answer: FullAnswer): NamedRow[] {
  const whole = answer.total.bytes;
  return answer.rows.map((row) => {
    const parts = answer.by.map((column) => cellRow(column, (row[column] ?? null) as Key, answer));
    const [first, ...rest] = parts;
    const filters = parts.map((part) => part.filter);
    const more = first?.more ?? (rest.length > 0 ? rest.map((part) => part.name).join(" · ") : undefined);
    return {
      key: parts.map((part) => part.key).join("|"),
      name: first?.name ?? "all",
      ...(more ? { more } : {}),
      bits: bitRate(answer, row),
      share: whole > 0 ? row.bytes / whole : 0,
      filter: filters.every((one) => one !== null) ? filters.join(" and ") : null,
    };
  });
}
