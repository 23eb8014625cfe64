// Sorting and copying of tables. No drawing here.

export type Value = string | number | null;

export interface Order {
  column: string;
  descending: boolean;
}

/** Numbers by size, texts as people order them ("eth2" before "eth10"); what is unknown comes last either way. */
export function compare(a: Value, b: Value, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const way = descending ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return way * (a - b);
  return way * words.compare(String(a), String(b));
}
const words = new Intl.Collator("en", { numeric: true });

/** Sorted, and in the old order where equal. */
export function sorted<R>(rows: readonly R[], value: (row: R) => Value, descending: boolean): R[] {
  return [...rows].sort((a, b) => compare(value(a), value(b), descending));
}

/** Rows as tab-separated text, for spreadsheets and tickets. */
export function tabbed(rows: readonly (readonly Value[])[]): string {
  const cell = (value: Value) => (value === null ? "" : String(value).replace(/[\t\r\n]+/g, " "));
  return `${rows.map((row) => row.map(cell).join("\t")).join("\n")}\n`;
}
