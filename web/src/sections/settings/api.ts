// What the settings show: the doctor, the status, sources of routes, interfaces, and the configuration that runs.
import type { Exporter, Finding, Severity } from "../../api/types";

/** GET /api/v1/doctor */
export interface Doctor {
  time: number;
  health: Severity;
  server: Finding[];
  exporters: Exporter[];
  exporters_left_out?: number;
}

/** GET /api/v1/status */
export interface WholeStatus {
  version: string;
  started: number;
  now: number;
  uptime_s: number;
  listen: { udp: string[]; udp_ports: number[]; addresses: string[] };
  flows_per_s: number;
  store: {
    flows_stored: number;
    flows_dropped: number;
    commits: number;
    last_commit: number | null;
    queued_batches: number;
    hot_flows: number;
    hot_octets: number;
    cold_flows: number;
    cold_octets: number;
    rollup_octets: number;
    oldest: number | null;
  };
  alarms: { name: string; message: string; since: number }[];
}

/** GET /api/v1/rib */
export interface Rib {
  table: {
    prefixes4: number;
    prefixes6: number;
    routes: number;
    stale_routes: number;
    refused: number;
    tables: number;
    memory_octets: number;
  };
  listeners: { bgp: string[]; bmp: string[]; bgp_refused: number; bmp_refused: number; last_refused: string | null };
  bgp: {
    name: string;
    address: string;
    as: number | null;
    state: string;
    since: number | null;
    last_error: string | null;
    routes: number;
    announced_to_it: number;
  }[];
  bmp: {
    name: string;
    address: string;
    connected: boolean;
    since: number | null;
    last_error: string | null;
    peers_up: number;
  }[];
  files: {
    name: string;
    path: string | null;
    kind: string;
    loaded: number | null;
    routes: number;
    malformed: number;
    last_error: string | null;
  }[];
}

/** GET /api/v1/interfaces, what the settings show of it. */
export interface Interface {
  exporter: string;
  exporter_name: string | null;
  index: number;
  name: string | null;
  description: string | null;
  class: string | null;
  speed_bps: number | null;
}

/** One key of the configuration. */
export interface ConfigValue {
  key: string;
  /** What may be written, in words. */
  type: string;
  /** As it would be written; of a secret "set" or "not set"; "" for none. */
  value: string;
  default: string;
  /** True: a reload changes it. */
  live: boolean;
  secret: boolean;
  /** Of a list of mappings: how many; null for other keys. */
  entries: number | null;
  meaning: string;
}

/** GET /api/v1/config: the configuration that runs, without its secrets. */
export interface Configuration {
  /** Null: Weir runs without one. */
  file: string | null;
  /** When it was last taken over. */
  read: number;
  /** Keys whose new value waits for a restart. */
  needs_restart: string[];
  values: ConfigValue[];
  interface_classes: { exporter: string; interface: string; description: string; class: string }[];
  people: { name: string; rights: ("mitigations" | "customers")[] }[];
}
