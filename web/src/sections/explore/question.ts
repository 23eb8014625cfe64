// What Explore asks: the state in the address, the parameters of /api/v1/query, and the same question in other forms.
import { apiPath } from "../../api/client";
import { shellWord } from "../../copy/CopyAs";
import { durationText } from "../../time/range";
import { choice, flag, list, text, type Values, wholeNumber } from "../../url/params";

export const UNITS = ["bps", "l2", "pps", "fps", "share"] as const;
export type Unit = (typeof UNITS)[number];
export const VIEWS = ["stack", "lines", "bars", "small", "heatmap", "sankey", "table"] as const;
export type View = (typeof VIEWS)[number];
export const RANKS = ["total", "maximum", "last", "percentile_95"] as const;
export const BEFORE = ["no", "same", "1d", "7d", "28d"] as const;

export const EXPLORE = {
  by: list(["dst_as"]),
  filter: text(),
  unit: choice(UNITS, "bps"),
  top: wholeNumber(10, 1, 300),
  rank: choice(RANKS, "total"),
  view: choice(VIEWS, "stack"),
  both: flag(),
  /** Small multiples with one axis for all, to compare them, rather than each with its own. */
  same: flag(),
  before: choice(BEFORE, "no"),
  step: text("auto"),
  other: flag(true),
  order: text(),
};
export type State = Values<typeof EXPLORE>;

const METRIC: Record<Unit, string> = { bps: "bytes", l2: "layer2_bytes", pps: "packets", fps: "flows", share: "bytes" };

/** True where the shares of interfaces can be told: a router's address and one of its interfaces are among the dimensions. */
export function hasInterface(by: readonly string[]): boolean {
  return by.includes("exporter") && by.includes("in_if") !== by.includes("out_if");
}

/** The parameters of the API. `lengthMs` is the range's: the previous period is that long ago. */
export function parameters(
  state: State,
  range: { from: string; to: string },
  lengthMs: number,
): Record<string, string> {
  const out: Record<string, string> = {
    by: state.by.join(","),
    filter: state.filter,
    metric: METRIC[state.unit],
    from: range.from,
    to: range.to,
    top: String(state.top),
    resolution: state.step === "" ? "auto" : state.step,
  };
  if (state.rank !== "total") out.rank = state.rank;
  if (state.both) out.both = "yes";
  if (state.before !== "no")
    out.compare =
      state.before === "same" ? durationText(Math.round(lengthMs / 60_000) * 60_000 || 60_000) : state.before;
  if (state.unit === "share" && hasInterface(state.by)) out.share = "yes";
  return out;
}

/** The unit that an answer was asked in. */
export function unitOf(path: string): Unit {
  const asked = new URLSearchParams(path.slice(path.indexOf("?")));
  if (asked.get("share") === "yes") return "share";
  return UNITS.find((unit) => METRIC[unit] === asked.get("metric")) ?? "bps";
}

export function queryPath(asked: Record<string, string>): string {
  return apiPath("/api/v1/query", asked);
}

/** The command that asks the same; long options as `weir query --help` lists them. */
export function commandText(asked: Record<string, string>, server: string): string {
  const words = ["weir", "query"];
  if (asked.filter) words.push(shellWord(asked.filter));
  for (const [name, value] of Object.entries(asked)) {
    if (name === "filter" || value === "") continue;
    if (value === "yes" && ["both", "share"].includes(name)) words.push(`--${name}`);
    else words.push(`--${name}`, shellWord(value));
  }
  words.push("--server", shellWord(server));
  return words.join(" ");
}

export function curlText(asked: Record<string, string>, server: string): string {
  const words = [`curl -G ${shellWord(`${server}/api/v1/query`)}`];
  for (const [name, value] of Object.entries(asked)) {
    if (value !== "") words.push(`--data-urlencode ${shellWord(`${name}=${value}`)}`);
  }
  return words.join(" \\\n  ");
}
