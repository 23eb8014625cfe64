// What Flows asks: the state in the address, and the parameters of /api/v1/flows and of its histogram.
import { apiPath } from "../../api/client";
import { choice, flag, list, text, type Values } from "../../url/params";

export const USUAL = [
  "time",
  "exporter_name",
  "src_addr",
  "src_port",
  "dst_addr",
  "dst_port",
  "proto",
  "bytes",
  "packets",
  "dst_as",
];
export const PAGE = 200;

export const FLOWS = {
  filter: text(),
  columns: list(USUAL),
  order: text("-time"),
  of: choice(["flows", "bytes", "packets"], "flows"),
  live: flag(),
};
export type State = Values<typeof FLOWS>;

export interface Range {
  from: string;
  to: string;
}

/** One page; every column, so that a row can be opened. `after` is the page before's `next`. */
export function pagePath(state: State, range: Range, after: string | null): string {
  return apiPath("/api/v1/flows", {
    filter: state.filter,
    from: range.from,
    to: range.to,
    order: state.order,
    columns: "all",
    top: PAGE,
    after: after ?? undefined,
  });
}

/** All flows of the question, the chosen columns only. */
export function exportPath(state: State, range: Range, format: "csv" | "ndjson"): string {
  return apiPath("/api/v1/flows", {
    filter: state.filter,
    from: range.from,
    to: range.to,
    order: state.order,
    columns: state.columns.join(","),
    format,
  });
}

export function histogramPath(state: State, range: Range): string {
  return apiPath("/api/v1/query", {
    filter: state.filter,
    from: range.from,
    to: range.to,
    metric: state.of,
    top: 0,
    resolution: "auto",
  });
}
