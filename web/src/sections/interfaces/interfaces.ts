// Interfaces as the server tells them (GET /api/v1/interfaces), with what their flows say. No drawing here.
import {
  bitRates,
  type FullAnswer,
  filterText,
  queryPath,
  type RateStatistics,
  stepOf,
  withoutUnfinished,
} from "../../api/answer";

export interface Counters {
  time: number;
  admin_up: boolean;
  oper_up: boolean;
  in_discards: number;
  in_errors: number;
  out_discards: number;
  out_errors: number;
  in_bits_per_s: number | null;
  out_bits_per_s: number | null;
}
export interface Interface {
  exporter: string;
  exporter_name: string | null;
  index: number;
  name: string | null;
  description: string | null;
  class: string | null;
  speed_bps: number | null;
  in_bits_per_s: number;
  out_bits_per_s: number;
  counters: Counters | null;
}
export interface InterfacesAnswer {
  from: number;
  to: number;
  interfaces: Interface[];
  interfaces_left_out: number;
}

export function routerName(one: Interface): string {
  return one.exporter_name ?? one.exporter;
}
export function interfaceName(one: Interface): string {
  return one.name ?? `interface ${one.index}`;
}
export function keyOf(one: { exporter: string; index: number }): string {
  return `${one.exporter} ${one.index}`;
}

/** The larger direction's share of the speed; null where the speed is not known. */
export function utilisation(one: Interface): number | null {
  return one.speed_bps ? Math.max(one.in_bits_per_s, one.out_bits_per_s) / one.speed_bps : null;
}

/** "10 Gbit/s" of a link: no digits that nobody sells. */
export function speedText(bps: number | null): string {
  if (!bps) return "unknown";
  for (const [unit, size] of [
    ["Tbit/s", 1e12],
    ["Gbit/s", 1e9],
    ["Mbit/s", 1e6],
    ["kbit/s", 1e3],
  ] as const) {
    if (bps >= size) return `${Number((bps / size).toPrecision(3))} ${unit}`;
  }
  return `${bps} bit/s`;
}

/** How far the counters are from the flows, of the counters: 0.02 says that they saw 2 % more. Null: nothing to compare. */
export function difference(flows: number, counters: number | null | undefined): number | null {
  return counters == null || counters <= 0 ? null : (counters - flows) / counters;
}

/** "flows 2.1 % below", in words that need no sign. */
export function differenceText(share: number | null): string {
  if (share === null) return "–";
  const percent = Math.abs(share * 100);
  if (percent < 0.05) return "equal";
  return `flows ${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} % ${share > 0 ? "below" : "above"}`;
}

export type Way = "in" | "out";

/** The condition of what passes an interface one way. */
export function conditionOf(one: { exporter: string; index: number }, way: Way): string {
  return `router ip ${one.exporter} and ${way} if ${one.index}`;
}

export interface Period {
  name: "day" | "week" | "month" | "year";
  title: string;
  from: string;
  resolution: string;
}
/** As MRTG has them: five minutes, half an hour, two hours, a day. */
export const PERIODS: readonly Period[] = [
  { name: "day", title: "Day (5 minute average)", from: "-24h", resolution: "5m" },
  { name: "week", title: "Week (30 minute average)", from: "-7d", resolution: "30m" },
  { name: "month", title: "Month (2 hour average)", from: "-30d", resolution: "2h" },
  { name: "year", title: "Year (1 day average)", from: "-365d", resolution: "1d" },
];

export function seriesPath(one: { exporter: string; index: number }, way: Way, period: Period): string {
  return queryPath({ filter: conditionOf(one, way), from: period.from, to: "now", resolution: period.resolution });
}
export function sparkPath(way: Way): string {
  return queryPath({ by: `exporter,${way}_if`, from: "-24h", to: "now", resolution: "30m", top: 1000 });
}

/** For each interface its rates of the last day. */
export function sparks(answer: FullAnswer | undefined, way: Way): Map<string, number[]> {
  const out = new Map<string, number[]>();
  if (!answer) return out;
  const step = stepOf(answer);
  const times = (answer.total.series ?? []).map((one) => one.time);
  for (const row of answer.rows) {
    const index = row[`${way}_if`];
    if (typeof row.exporter !== "string" || typeof index !== "number") continue;
    const rates = bitRates(row.series, step, answer.from, answer.to);
    out.set(keyOf({ exporter: row.exporter, index }), withoutUnfinished(rates, times, step, answer.to));
  }
  return out;
}

export interface Side {
  values: (number | null)[];
  max: number;
  avg: number;
  current: number;
  p95: number;
}

/**
 * The values of one direction and what MRTG writes under its graph. The step that has only begun is left out; before `since`,
 * the oldest flow that is kept, nothing is known, which is no zero.
 */
export function sideOf(
  answer: FullAnswer | undefined,
  since: number | null = null,
): Side & { times: number[]; stepMs: number } {
  if (!answer) return { times: [], stepMs: 0, values: [], max: 0, avg: 0, current: 0, p95: 0 };
  const stepMs = stepOf(answer);
  const all = (answer.total.series ?? []).map((one) => one.time);
  const times = withoutUnfinished(all, all, stepMs, answer.to);
  const rates = bitRates(answer.total.series, stepMs, answer.from, answer.to).slice(0, times.length);
  if (since === null || since <= answer.from + stepMs)
    return { times, stepMs, values: rates, ...figures(rates, answer.total.statistics) };
  const values = rates.map((rate, i) => {
    // Of the step in which it begins the mean is that of the known part, unless that is too short to say much.
    const known = Math.min(1, ((times[i] ?? 0) + stepMs - since) / stepMs);
    return known < 0.1 ? null : rate / known;
  });
  return { times, stepMs, values, ...figures(values) };
}

export function figures(values: readonly (number | null)[], told?: RateStatistics): Omit<Side, "values"> {
  const known = values.filter((one): one is number => one !== null);
  const sorted = [...known].sort((a, b) => a - b);
  const own95 = sorted[sorted.length - 1 - Math.floor(sorted.length * 0.05)] ?? 0;
  return {
    max: sorted.at(-1) ?? 0,
    avg: told?.average ?? (known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 0),
    current: known.at(-1) ?? 0,
    p95: told?.percentile_95 ?? own95,
  };
}

/** GET /api/v1/interfaces/counters: rates from the interface's own counters; null where there was no reading. */
export interface CountersAnswer {
  from: number;
  to: number;
  resolution_ms: number;
  /** "sflow" or "snmp" is not told apart by the store: only that the device counted. */
  steps: { time: number; in_bits_per_s: number | null; out_bits_per_s: number | null }[];
}

/** The counters' rates at the times of the flows' steps. */
export function countersAt(answer: CountersAnswer | undefined, times: readonly number[], way: Way): (number | null)[] {
  const by = new Map(
    (answer?.steps ?? []).map((step) => [step.time, way === "in" ? step.in_bits_per_s : step.out_bits_per_s]),
  );
  return times.map((time) => by.get(time) ?? null);
}

/** Counters and flows where both are known: means, and the difference. */
export function compared(flows: readonly (number | null)[], counters: readonly (number | null)[]) {
  let a = 0;
  let b = 0;
  let steps = 0;
  for (let i = 0; i < flows.length; i++) {
    const [mine, theirs] = [flows[i], counters[i]];
    if (mine == null || theirs == null) continue;
    a += mine;
    b += theirs;
    steps++;
  }
  return steps === 0 ? null : { flows: a / steps, counters: b / steps, difference: difference(a, b) };
}

export interface RouterGroup {
  exporter: string;
  name: string;
  interfaces: Interface[];
}
/** By router, and within it by the busier direction. */
export function grouped(interfaces: readonly Interface[], wanted: string, classes: readonly string[]): RouterGroup[] {
  const words = wanted.trim().toLowerCase();
  const groups = new Map<string, RouterGroup>();
  for (const one of interfaces) {
    if (classes.length > 0 && !classes.includes(one.class ?? "none")) continue;
    const text =
      `${routerName(one)} ${one.exporter} ${interfaceName(one)} ${one.description ?? ""} ${one.index}`.toLowerCase();
    if (words !== "" && !text.includes(words)) continue;
    const group = groups.get(one.exporter) ?? { exporter: one.exporter, name: routerName(one), interfaces: [] };
    group.interfaces.push(one);
    groups.set(one.exporter, group);
  }
  return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

export function routerFilter(name: string): string {
  return `exporter_name = ${filterText(name)}`;
}
