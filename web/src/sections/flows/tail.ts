// The live tail: the newest flows every few seconds, put on top of what was there.

export type FlowRow = Record<string, string | number | null>;
export interface FlowsPage {
  from: number;
  to: number;
  columns: string[];
  rows: FlowRow[];
  next: string | null;
  took_ms: number;
}

export const TAIL_ROWS = 500;
export const TAIL_MS = 2000;
/** Flows come in up to this late; so far back the tail looks each time. */
export const TAIL_BACK_MS = 60_000;

/** A flow has no number of its own: it is all that it says. */
export function identity(row: FlowRow): string {
  let its = identities.get(row);
  if (its === undefined) {
    its = JSON.stringify(row);
    identities.set(row, its);
  }
  return its;
}
// A table asks for it with every row that scrolls into sight.
const identities = new WeakMap<FlowRow, string>();

/** The flows that are new on top, the newest first; at most TAIL_ROWS. */
export function withNewest(held: readonly FlowRow[], newest: readonly FlowRow[]): FlowRow[] {
  const known = new Set(held.map(identity));
  const fresh = newest.filter((row) => !known.has(identity(row)));
  const time = (row: FlowRow) => Number(row.time ?? 0);
  return [...fresh, ...held].sort((a, b) => time(b) - time(a)).slice(0, TAIL_ROWS);
}
