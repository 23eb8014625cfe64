// Attacks as people read them. No drawing here.
import type { ChartSeries, Mark } from "../../chart/series";
import { columnTitle, tcpFlags, valueText } from "../../names/columns";
import { bitsPerSecond, count, perSecond } from "../../text/units";
import type { Attack, Measure, Rates, RuleState, Share, Threshold } from "./api";

/** A value of a measure with its unit. */
export function measured(value: number, measure: Measure): string {
  if (measure === "bits") return bitsPerSecond(value);
  if (measure === "packets") return perSecond(value, "packets");
  if (measure === "flows") return perSecond(value, "flows");
  return `${count(value)} ${measure === "distinct_sources" ? "sources" : "destinations"}`;
}

/** "192.0.2.7", "192.0.2.0/24", "customer ACME": an address without its length. */
export function targetText(attack: Pick<Attack, "target" | "subject">): string {
  if (attack.subject !== "") return attack.subject;
  return addressOf(attack.target) ?? attack.target;
}

/** The address of a prefix of full length; null of a network. */
export function addressOf(prefix: string): string | null {
  const [address = "", length] = prefix.split("/");
  if (length === undefined) return address;
  return Number(length) === (address.includes(":") ? 128 : 32) ? address : null;
}

/** The filter that finds the attack's traffic: its target (or, where it goes out, its source). */
export function filterOf(attack: Pick<Attack, "target" | "subject" | "way">): string | null {
  const side = attack.way === "incoming" ? "dst" : "src";
  const customer = /^customer (.+)$/.exec(attack.subject);
  if (customer) return `${side}_customer = ${JSON.stringify(customer[1])}`;
  if (attack.subject !== "") return null;
  const address = addressOf(attack.target);
  return address === null ? `${side} net ${attack.target}` : `${side}_addr = ${address}`;
}

/** The span of the attack with as much again around it, at least a minute, for graphs and lists. */
export function spanOf(attack: Pick<Attack, "began" | "last" | "ended">, now: number): { from: number; to: number } {
  const end = attack.ended ?? now;
  const around = Math.max(60_000, Math.min(1_800_000, end - attack.began));
  return { from: attack.began - around, to: Math.min(now, end + around) };
}

export const SHOWN = ["bits", "packets", "flows"] as const;
export type ShownRate = (typeof SHOWN)[number];

const RATE: Record<ShownRate, keyof Rates> = {
  bits: "bits_per_second",
  packets: "packets_per_second",
  flows: "flows_per_second",
};

/** The rate that the rule compares, or bits where it counts addresses. */
export function usualRate(measure: Measure): ShownRate {
  return measure === "packets" || measure === "flows" ? measure : "bits";
}

export interface Curve {
  times: number[];
  stepMs: number;
  series: ChartSeries[];
  marks: Mark[];
}

/** The attack's curve by the second, with its threshold where it is of the same measure. */
export function curveOf(attack: Attack, of: ShownRate, colours: { curve: string; limit: string }): Curve | null {
  const points = attack.evidence.curve ?? [];
  if (points.length === 0) return null;
  const times = points.map((point) => point.second);
  // Long attacks are merged by pairs, so the step is what lies between.
  const stepMs = Math.max(
    1000,
    times.length > 1 ? (times[times.length - 1] as number) - (times[times.length - 2] as number) : 1000,
  );
  const series: ChartSeries[] = [
    { key: "attack", name: "the attack", colour: colours.curve, values: points.map((point) => point[RATE[of]]) },
  ];
  if (attack.measure === of)
    series.push({
      key: "threshold",
      name: `threshold (${attack.rule})`,
      colour: colours.limit,
      values: points.map(() => attack.threshold),
      dashed: true,
    });
  return { times, stepMs, series, marks: [{ from: attack.found, text: "found", tone: "bad" }] };
}

export interface TopRow {
  key: string;
  text: string;
  more: string;
  share: number;
  bytes: number;
  packets: number;
  filter: string | null;
}

const TITLES: Record<string, string> = {
  src_addr: "Sources",
  dst_addr: "Destinations",
  src_as: "Source AS",
  src_port: "Source ports",
  dst_port: "Destination ports",
  proto: "Protocols",
  packet_size: "Packet sizes",
  src_country: "Source countries",
  in_if: "Entry interfaces",
  tcp_flags: "TCP flags",
};
/** The order in which they tell most. */
export const TOPS = Object.keys(TITLES);

export function topTitle(column: string): string {
  return TITLES[column] ?? columnTitle(column);
}

/** The rows of one "top" list, with the share of all the attack had. */
export function topRows(attack: Attack, column: string, by: "bytes" | "packets"): TopRow[] {
  const whole = attack[by];
  return (attack.evidence.top?.[column] ?? [])
    .map((one) => ({
      key: one.value,
      ...topText(column, one),
      share: whole > 0 ? Math.min(1, one[by] / whole) : 0,
      bytes: one.bytes,
      packets: one.packets,
      filter: topFilter(column, one),
    }))
    .sort((a, b) => b[by] - a[by]);
}

function topText(column: string, one: Share): { text: string; more: string } {
  if (column === "tcp_flags") return { text: tcpFlags(Number(one.value)), more: "" };
  if (column === "packet_size") return { text: `${one.value.replace("-", " to ")} B`, more: one.name };
  if (column === "in_if") return { text: `interface ${one.value}`, more: one.name === "" ? "" : `of ${one.name}` };
  if (/^\d+$/.test(one.value) && (column === "proto" || column.endsWith("_port") || column === "src_as")) {
    return { text: valueText(column, Number(one.value)), more: column === "proto" ? "" : one.name };
  }
  return { text: one.value === "" ? "unknown" : one.value, more: one.name };
}

/** A filter for the value; null for what is no column. */
function topFilter(column: string, { value, name }: Share): string | null {
  if (column === "packet_size" || value === "") return null;
  if (column === "in_if") return name === "" ? `in_if = ${value}` : `exporter = ${name} and in_if = ${value}`;
  if (/^\d+$/.test(value) || /_addr$/.test(column)) return `${column} = ${value}`;
  return `${column} = ${JSON.stringify(value)}`;
}

export interface Step {
  at: number;
  what: string;
  more?: string;
  tone?: "bad" | "good";
}

/** What happened, the oldest first. */
export function timelineOf(
  attack: Attack,
  decisions: readonly { at: number; who: string; what: string; why: string }[],
): Step[] {
  const steps: Step[] = [
    { at: attack.began, what: "Began", more: "the first flow that shows it" },
    {
      at: attack.found,
      what: "Found",
      more: `${Math.max(0, (attack.found - attack.began) / 1000).toFixed(1)} s after its first flow, by ${attack.rule}`,
      tone: "bad",
    },
    { at: attack.last, what: "Last above the threshold" },
  ];
  if (attack.ended !== null) steps.push({ at: attack.ended, what: "Ended", tone: "good" });
  for (const one of decisions) steps.push({ at: one.at, what: `${one.what} by ${one.who}`, more: one.why });
  return steps.sort((a, b) => a.at - b.at);
}

/** How near a target is to a rule's threshold, 0 and up; `least` where so little comes that nothing is measured. */
export function nearness(rule: RuleState): { share: number; low: number; high: number; least: boolean } {
  const of = (value: number) => (rule.value > 0 ? value / rule.value : 0);
  return rule.measured
    ? { share: of(rule.now), low: of(rule.now_low), high: of(rule.now_high), least: false }
    : { share: of(rule.now_high), low: 0, high: of(rule.now_high), least: true };
}

export function thresholdText(one: Threshold): string {
  return `more than ${measured(one.value, one.measure)} of ${one.traffic === "all" ? "all traffic" : one.traffic}, ${one.way}, per ${one.per}, over ${one.window_s} s`;
}

/** A number as rules are written: 500M, 50k. */
export function rateText(value: number): string {
  for (const [step, letter] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (value >= step) return `${Number((value / step).toPrecision(3))}${letter}`;
  }
  return String(Math.round(value));
}
