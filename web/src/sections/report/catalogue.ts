// The reports as the server lists them (GET /api/v1/reports), and what the form makes of the address and back.
import { apiPath } from "../../api/client";
import { shellWord } from "../../copy/CopyAs";
import { resolve } from "../../time/range";

export type ParameterType =
  | "time"
  | "duration"
  | "count"
  | "choice"
  | "names"
  | "networks"
  | "address"
  | "as_numbers"
  | "ports"
  | "filter";

export interface Parameter {
  name: string;
  title: string;
  type: ParameterType;
  default: string | null;
  choices: string[];
  meaning: string;
  example: string;
}
export interface Report {
  name: string;
  title: string;
  purpose: string;
  parameters: Parameter[];
}
export interface Catalogue {
  reports: Report[];
}

/** What was typed, by parameter; "" and absent mean the same. */
export type Typed = Readonly<Record<string, string>>;

/** The fields of the old form stand in sight, in its order; all else is under "More". */
const IN_SIGHT = [
  "address",
  "preset",
  "least",
  "customer",
  "region",
  "router",
  "interface",
  "src_ip",
  "dst_ip",
  "src_as",
  "dst_as",
  "src_port",
  "dst_port",
  "home",
  "size",
  "resolution",
];

export function fieldsOf(report: Report): { inSight: Parameter[]; more: Parameter[] } {
  const others = report.parameters.filter((one) => one.name !== "start" && one.name !== "end");
  const place = (one: Parameter) => IN_SIGHT.indexOf(one.name);
  return {
    inSight: others.filter((one) => place(one) >= 0).sort((a, b) => place(a) - place(b)),
    more: others.filter((one) => place(one) < 0),
  };
}

/** The values of the address that this report takes; what others take stays in the address for them. */
export function typedIn(report: Report, search: string): Typed {
  const given = new URLSearchParams(search);
  const out: Record<string, string> = {};
  for (const { name } of report.parameters) {
    const value = given.get(name);
    if (value !== null && value !== "" && name !== "start" && name !== "end") out[name] = value;
  }
  return out;
}

/** Parameters for the server: nothing that is empty or says what the server takes anyway. */
export function asked(report: Report, typed: Typed, range: { from: string; to: string }): Record<string, string> {
  const out: Record<string, string> = { start: range.from, end: range.to };
  for (const { name, default: usual } of report.parameters) {
    const value = typed[name]?.trim();
    if (value && value !== usual && !(name in out)) out[name] = value;
  }
  return out;
}

export function reportPath(report: string, parameters: Record<string, string>, format?: "csv" | "json"): string {
  return apiPath(`/api/v1/reports/${report}`, { ...parameters, ...(format ? { format } : {}) });
}

export function commandText(report: string, parameters: Record<string, string>, server: string): string {
  const words = ["weir", "report", report];
  for (const [name, value] of Object.entries(parameters)) words.push(`--${name}`, shellWord(value));
  return [...words, "--server", shellWord(server)].join(" ");
}

export function curlText(report: string, parameters: Record<string, string>, server: string): string {
  const words = [`curl -G ${shellWord(`${server}/api/v1/reports/${report}`)}`];
  for (const [name, value] of Object.entries(parameters))
    words.push(`--data-urlencode ${shellWord(`${name}=${value}`)}`);
  return words.join(" \\\n  ");
}

/**
 * A time as typed, for the address: relative ones as they stand, moments as UTC. A moment without a zone is of the zone on
 * the screen. Null: no time.
 */
export function timeForAddress(typed: string, zone: string, now: number): string | null {
  const text = typed.trim();
  const at = resolve(text, now, zone);
  if (at === null) return null;
  return text === "now" || text.startsWith("-") ? text : new Date(at).toISOString().replace(/\.000Z$/, "Z");
}

/** Names between commas as the server reads them: one with a comma or a quote stands in double quotes. */
export function joinNames(names: readonly string[]): string {
  return names.map((name) => (/[",]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(",");
}

export function splitNames(text: string): string[] {
  const out: string[] = [];
  const word = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/y;
  while (word.lastIndex < text.length) {
    const found = word.exec(text);
    if (!found) break;
    const name = found[1] !== undefined ? found[1].replaceAll('""', '"') : (found[2] ?? "").trim();
    if (name !== "") out.push(name);
  }
  return out;
}

export const RESOLUTIONS: [string, string][] = [
  ["", "Usual (5 minutes)"],
  ["auto", "By the range"],
  ["10s", "10 seconds"],
  ["1m", "1 minute"],
  ["5m", "5 minutes"],
  ["15m", "15 minutes"],
  ["30m", "30 minutes"],
  ["1h", "1 hour"],
  ["6h", "6 hours"],
  ["1d", "1 day"],
];

const CHOICES: Record<string, string> = {
  both: "out and in, a table each",
  out: "outgoing",
  in: "incoming",
  any: "any direction in one table",
  local: "our end",
  remote: "the other end",
  hosts: "hosts",
  services: "hosts and service",
  ports: "hosts and both ports",
  none: "all conversations",
  spam: "spam: many mail servers",
  amplification: "amplification attacks",
  scanning: "scanning",
  average: "average",
  maximum: "maximum",
  percentile_95: "95 %",
  last: "last value",
  "3": "3: IP packets",
  "2": "2: with the frame",
};

export function choiceText(word: string): string {
  return CHOICES[word] ?? word;
}
