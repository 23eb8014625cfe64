// A report's answer (src/query/report/format_json.cc) as what charts and tables show. No drawing here.
import type { ChartSeries } from "../../chart/series";
import { colourKey as colourOf, valueText } from "../../names/columns";
import { bitsPerSecond, finePercent, grouped, octets, perSecond } from "../../text/units";
import { stampText } from "../../time/format";

export type Cell = string | number | null;
export type Kind = "text" | "number" | "id" | "rate" | "amount" | "share" | "money" | "time";

export interface Column {
  name: string;
  title: string;
  unit: string;
  kind: Kind;
}
export interface Row {
  cells: Cell[];
  /** The filter that gives what the row is made of; null for a rest. */
  filter: string | null;
  series: number[];
}
export interface Table {
  name: string;
  title: string;
  unit: string;
  filter: string;
  by: string[];
  source: string;
  rows_read: number;
  buckets: number[];
  columns: Column[];
  rows: Row[];
  other: Row | null;
  total: Row | null;
}
export interface Outcome {
  report: string;
  title: string;
  from: number;
  to: number;
  resolution_ms: number | null;
  notes: string[];
  questions: number;
  took_ms: number;
  tables: Table[];
}

/** Columns that hold words; the numbers come behind them. */
function isWord(column: Column): boolean {
  return column.kind === "text" || column.kind === "id";
}

export function isNumeric(column: Column): boolean {
  return column.kind !== "text" && column.kind !== "time";
}

/** A cell as people read it; null where nothing is known. */
export function cellText(column: Column, cell: Cell, zone: string): string | null {
  if (cell === null || cell === "") return null;
  if (column.name === "proto") return valueText("proto", cell);
  if (typeof cell === "string") return cell;
  switch (column.kind) {
    case "rate":
      return rateText(cell, column.unit);
    case "amount":
      if (column.unit === "B") return octets(cell);
      if (column.unit === "ms") return `${(cell / 1000).toFixed(cell < 10_000 ? 2 : 0)} s`;
      return column.unit ? `${grouped(cell)} ${column.unit}` : grouped(cell);
    case "share":
      return finePercent(cell / 100);
    case "money":
      return cell.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    case "time":
      return stampText(cell, zone);
    case "number":
      return grouped(cell);
    default:
      return String(cell);
  }
}

export function rateText(value: number, unit: string): string {
  return unit === "bit/s" ? bitsPerSecond(value) : perSecond(value, unit.replace(/\/s$/, ""));
}

/** The unit in a column's head, where the cells do not carry it. */
export function headText(column: Column): string {
  return column.kind === "money" && column.unit ? `${column.title} [${column.unit}]` : column.title;
}

/** The key of a row's colour, so that an AS or an address looks the same on every screen. */
export function colourKey(table: Table, row: Row): string {
  const parts = table.columns
    .map((column, i) => [column, row.cells[i] ?? null] as const)
    .filter(([column]) => isWord(column) && column.name !== "as_name" && column.name !== "as_path");
  return parts.map(([column, cell]) => colourOf(column.name, cell)).join("|");
}

const LEFT_OUT_OF_NAMES = new Set(["as_path", "exporter", "in_if", "out_if", "in_if_class", "out_if_class"]);

/** A row in a legend: "AS 4134 CHINANET", "AIMS-PCCW · Bundle-Ether12". */
export function rowName(table: Table, row: Row): string {
  const words = table.columns
    .map((column, i) => ({ column, cell: row.cells[i] ?? null }))
    .filter(({ column, cell }) => isWord(column) && cell !== null && cell !== "");
  const telling = words.filter(({ column }) => !LEFT_OUT_OF_NAMES.has(column.name));
  const parts = (telling.length > 0 ? telling : words).map(({ column, cell }) =>
    column.kind === "id" && /_as$/.test(column.name) ? `AS ${cell}` : String(cell),
  );
  const [first, second, ...rest] = parts;
  if (first === undefined) return "unknown";
  // The name of an AS belongs to its number.
  return first.startsWith("AS ") && second !== undefined
    ? [`${first} ${second}`, ...rest].join(" · ")
    : parts.join(" · ");
}

/** The series of a table, most first; what is left over last and grey. `coloured` gives colours for keys. */
export function seriesOf(
  table: Table,
  coloured: (keys: string[]) => string[],
  grey: string,
  withRest = true,
): ChartSeries[] {
  if (table.buckets.length === 0) return [];
  const rows = table.rows.filter((row) => row.series.length > 0).slice(0, 24);
  const colours = coloured(rows.map((row) => colourKey(table, row)));
  const out: ChartSeries[] = rows.map((row, i) => ({
    key: String(i),
    name: rowName(table, row),
    colour: colours[i] ?? grey,
    values: row.series,
  }));
  const rest = [...table.rows.filter((row) => row.series.length > 0).slice(24), ...(table.other ? [table.other] : [])];
  const sum = table.buckets.map((_, at) => rest.reduce((all, row) => all + (row.series[at] ?? 0), 0));
  if (withRest && sum.some((value) => value > 0))
    out.push({ key: "other", name: "everything else", colour: grey, values: sum });
  return out;
}

/** Whether what the rows leave out would hide them in the chart. */
export function restHides(table: Table): boolean {
  const sum = (rows: readonly Row[]) => rows.reduce((all, row) => row.series.reduce((a, b) => a + b, all), 0);
  return table.other !== null && sum([table.other]) > 4 * sum(table.rows);
}

export function isEmpty(outcome: Outcome): boolean {
  return outcome.tables.every((table) => table.rows.length === 0);
}

/** The row of totals under the table: what the rows leave out, and all. */
export function footRows(table: Table): { name: string; row: Row }[] {
  const out: { name: string; row: Row }[] = [];
  if (table.other?.cells.some((cell) => typeof cell === "number" && cell > 0))
    out.push({ name: "Everything else", row: table.other });
  if (table.total) out.push({ name: "Total", row: table.total });
  return out;
}
