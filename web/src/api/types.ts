// The shapes that the server sends: src/serve/live_events.h, doctor_show.h, api_status.cc.

/** Milliseconds since the epoch. */
export type Millis = number;

export interface RatePoint {
  time: Millis;
  flows_per_s: number;
  datagrams_per_s: number;
}

/** `rates`, every second: means over the last ten seconds; `last` is the last second alone. */
export interface RatesEvent {
  time: Millis;
  flows_per_s: number;
  datagrams_per_s: number;
  octets_per_s: number;
  last: RatePoint;
  exporters: { address: string; flows_per_s: number; datagrams_per_s: number }[];
}

/** `history`, once: one point for each of the last seconds. */
export interface HistoryEvent {
  points: RatePoint[];
}

export type Severity = "good" | "note" | "attention" | "trouble";
export type Health = "good" | "attention" | "trouble" | "silent";

export interface Finding {
  severity: Severity;
  counter: string | null;
  count: number;
  recent: number;
  what: string;
  advice: string;
}

export interface Exporter {
  address: string;
  name: string | null;
  protocols: string[];
  received: number;
  decoded: number;
  sampled: number;
  named: number;
  routed: number;
  stored: number;
  last_seen: Millis | null;
  health: Health;
  findings: Finding[];
  flows_per_s: number;
}

/** `exporters`, every five seconds: the doctor's word. */
export interface ExportersEvent {
  time: Millis;
  health: Severity;
  server: Finding[];
  exporters: Exporter[];
  exporter_count: number;
  oldest: Millis | null;
  flows_held: number;
}

export interface TrafficPoint {
  time: Millis;
  bits_per_s: number;
  packets_per_s: number;
}

/** `traffic`, every few seconds; `error` where the store could not answer. */
export interface TrafficEvent {
  step_ms: number;
  points: TrafficPoint[];
  error?: string;
}

/** Nothing known is null. */
export type Cell = string | number | null;

export interface TopRow {
  key: Cell[];
  bits_per_s: number;
  packets_per_s: number;
  /** Of all traffic, 0 to 1. */
  share: number;
}

export interface TopList {
  name: "sources" | "destinations" | "destination_as" | "in_interfaces" | "out_interfaces";
  by: string[];
  rows: TopRow[];
}

/** `top`, every few seconds. */
export interface TopEvent {
  from: Millis;
  to: Millis;
  lists: TopList[];
  error?: string;
}

/** GET /api/v1/status, what the page uses of it. */
export interface Status {
  version: string;
  started: Millis;
  listen: { udp: string[]; udp_ports: number[]; addresses: string[] };
}
