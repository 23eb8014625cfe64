// What detection tells: GET /api/v1/attacks, /api/v1/detect/... (src/detect/attack_json.cc, src/serve/api_detect.cc). Rates and
// volumes are multiplied by the sampling rate; times are milliseconds since the epoch.

export interface Rates {
  bits_per_second: number;
  packets_per_second: number;
  flows_per_second: number;
}

export type Measure = "bits" | "packets" | "flows" | "distinct_sources" | "distinct_destinations";
export const MEASURES: readonly Measure[] = ["bits", "packets", "flows", "distinct_sources", "distinct_destinations"];

export interface Share {
  value: string;
  name: string;
  bytes: number;
  packets: number;
}

export interface Sample {
  time: number;
  exporter: string;
  src_addr: string;
  dst_addr: string;
  src_port: number;
  dst_port: number;
  proto: number;
  tcp_flags: number;
  in_if: number;
  src_as: number;
  bytes: number;
  packets: number;
  sampling_rate: number;
}

export interface Signature {
  target: string;
  text: string;
  attack_share: number;
  other_share: number;
}

export interface Attack {
  id: number;
  kind: string;
  title: string;
  way: "incoming" | "outgoing";
  target: string;
  subject: string;
  customer: string;
  rule: string;
  measure: Measure;
  threshold: number;
  threshold_from: string;
  began: number;
  found: number;
  last: number;
  ended: number | null;
  now: Rates;
  peak: Rates;
  value: number;
  value_low: number;
  value_high: number;
  bytes: number;
  packets: number;
  flows: number;
  signatures: Signature[];
  evidence: {
    reason: string;
    distinct_sources: number;
    distinct_destinations: number;
    /** Only of one attack, not in lists. */
    top?: Record<string, Share[]>;
    samples?: Sample[];
    curve?: (Rates & { second: number })[];
  };
}

export interface Threshold {
  traffic: string;
  measure: Measure;
  way: "incoming" | "outgoing";
  per: string;
  window_s: number;
  value: number;
}

export interface Rule extends Threshold {
  name: string;
  from: string;
  filter: string;
}

export interface RuleState extends Threshold {
  rule: string;
  from: string;
  target: string;
  /** False: so little traffic that nothing is measured; then it is below now_high. */
  measured: boolean;
  now: number;
  now_low: number;
  now_high: number;
  usual: number | null;
  confidence: number;
}

export interface Explanation {
  address: string;
  own: boolean;
  customer: string;
  groups: string[];
  notes: string[];
  attacks: number[];
  rules: RuleState[];
}

export interface Backtest {
  from: number;
  to: number;
  flows: number;
  threshold: number;
  attacks: Attack[];
  peaks: { target: string; peak: number; at: number; in_attack: boolean }[];
  right_threshold: number | null;
  right_because: string;
}

export interface DetectStatus {
  records: number;
  targets: number;
  detailed: number;
  evicted: number;
  refused: number;
  memory_octets: number;
  open_attacks: number;
  attacks: number;
  baselines: number;
}
