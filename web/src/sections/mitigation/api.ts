// What mitigation tells and takes: /api/v1/mitigations (src/detect/mitigation/mitigation_json.cc, src/serve/api_mitigation.h).
import { Problem, problemOf } from "../../api/client";
import { connection } from "../../api/connection";

export type MitigationState =
  | "proposed"
  | "rehearsed"
  | "active"
  | "probing"
  | "withdrawn"
  | "expired"
  | "rejected"
  | "refused"
  | "failed";

export interface Span {
  from: number;
  to: number;
  bits_per_second: number;
  packets_per_second: number;
  known: boolean;
}

export interface Radius {
  measured: number;
  now: Span;
  days_before: Span[];
  usual_bits_per_second: number;
  usual_packets_per_second: number;
  customers: { customer: string; bits_per_second: number; packets_per_second: number }[];
  problem: string;
}

export interface Effect {
  measured: number;
  attack_before: number;
  attack_after: number;
  other_before: number;
  other_after: number;
  problem: string;
}

export interface Mitigation {
  id: number;
  state: MitigationState;
  dry_run: boolean;
  action: string;
  kind: "blackhole" | "flowspec" | "diversion";
  target: string;
  attack: number;
  attack_title: string;
  customer: string;
  rule: string;
  step: number;
  routes: { peers: string[]; text: string; prefix: string; kind: string }[];
  asked_by: string;
  approvals: { who: string; at: number; why: string }[];
  approvals_needed: number;
  created: number;
  started: number;
  until: number;
  ended: number;
  ttl_ms: number;
  refusals: { guard: string; message: string }[];
  why: string;
  probes: number;
  next_probe: number;
  probe_until: number;
  radius: Radius | null;
  effect: Effect | null;
}

export interface Action {
  name: string;
  kind: Mitigation["kind"];
  dry_run: boolean;
  peers: string[];
  problems: string[];
}

export interface Summary {
  configured: boolean;
  dry_run: boolean;
  proposed: number;
  active: number;
  rehearsed: number;
  most_active: number;
  actions: Action[];
  problems: string[];
}

export interface MitigationList {
  summary: Summary;
  mitigations: Mitigation[];
}

export interface LogEntry {
  number: number;
  at: number;
  who: string;
  what: string;
  mitigation: number;
  why: string;
  hash: string;
}

export interface Log {
  intact: boolean;
  problem: string;
  entries: LogEntry[];
}

export interface Wish {
  target: string;
  action: string;
  ttl?: string;
  dry_run: boolean;
  why?: string;
  attack?: number;
  match?: string;
}

/** POSTs as the person of the token. A token that is refused is told here; it signs nobody out of the page. */
export async function post<T>(path: string, body: unknown, token: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...(token === "" ? {} : { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
  } catch {
    connection.lost();
    throw new Problem("unreachable", 0, "Weir does not answer. It is asked again every two seconds.");
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, response.statusText, text);
  return JSON.parse(text) as T;
}
