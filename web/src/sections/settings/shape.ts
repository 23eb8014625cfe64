// What the settings work out of what the server tells. No drawing here.
import type { Exporter, Finding } from "../../api/types";
import type { Configuration, ConfigValue, Interface, Rib, WholeStatus } from "./api";

export interface Stage {
  name: string;
  about: string;
  count: number;
  /** Of the stage that it is measured by, 0 to 1; null where nothing came. */
  share: number | null;
}

/** The stations of an exporter's flows, each as a share of those decoded; datagrams stand alone. */
export function stagesOf(exporter: Exporter): Stage[] {
  const of = (count: number) => (exporter.decoded > 0 ? Math.min(1, count / exporter.decoded) : null);
  return [
    { name: "Received", about: "datagrams", count: exporter.received, share: exporter.received > 0 ? 1 : null },
    { name: "Decoded", about: "flow records", count: exporter.decoded, share: of(exporter.decoded) },
    {
      name: "Sampled",
      about: "flows with a known sampling rate",
      count: exporter.sampled,
      share: of(exporter.sampled),
    },
    { name: "Named", about: "flows with a named interface", count: exporter.named, share: of(exporter.named) },
    { name: "Routed", about: "flows with a route or an AS", count: exporter.routed, share: of(exporter.routed) },
    { name: "Stored", about: "flows that are kept", count: exporter.stored, share: of(exporter.stored) },
  ];
}

const WORST = ["trouble", "attention", "note", "good"];

/** The next thing to do over all: the worst finding, of the server before those of exporters. */
export function nextToDo(
  server: readonly Finding[],
  exporters: readonly Exporter[],
): { finding: Finding; of: string | null } | null {
  const all = [
    ...server.map((finding) => ({ finding, of: null as string | null })),
    ...exporters.flatMap((exporter) =>
      exporter.findings.map((finding) => ({ finding, of: exporter.name ?? exporter.address })),
    ),
  ].filter(({ finding }) => finding.severity === "trouble" || finding.severity === "attention");
  return all.sort((a, b) => WORST.indexOf(a.finding.severity) - WORST.indexOf(b.finding.severity))[0] ?? null;
}

export interface Source {
  name: string;
  kind: string;
  where: string;
  state: string;
  good: boolean;
  since: number | null;
  routes: number | null;
  problem: string;
}

export function sourcesOf(rib: Rib): Source[] {
  return [
    ...rib.bgp.map((one) => ({
      name: one.name,
      kind: "BGP",
      where: `${one.address}${one.as === null ? "" : `, AS ${one.as}`}`,
      state: one.state,
      good: one.state.toLowerCase() === "established",
      since: one.since,
      routes: one.routes,
      problem: one.last_error ?? "",
    })),
    ...rib.bmp.map((one) => ({
      name: one.name,
      kind: "BMP",
      where: one.address,
      state: one.connected ? `connected, ${one.peers_up} peers up` : "not connected",
      good: one.connected,
      since: one.since,
      routes: null,
      problem: one.last_error ?? "",
    })),
    ...rib.files.map((one) => ({
      name: one.name,
      kind: `file, ${one.kind}`,
      where: one.path ?? "in the configuration",
      state:
        one.loaded === null ? "not loaded" : one.malformed > 0 ? `loaded, ${one.malformed} lines are wrong` : "loaded",
      good: one.loaded !== null && one.last_error === null,
      since: one.loaded,
      routes: one.routes,
      problem: one.last_error ?? "",
    })),
  ];
}

export interface Tier {
  name: string;
  about: string;
  octets: number;
  flows: number | null;
  keep: string | null;
}

/** What lies on the disk, by tier, with how long it is kept where the configuration is told. */
export function tiersOf(store: WholeStatus["store"], config: Configuration | null): Tier[] {
  const kept = (key: string) => {
    const age = configValue(config, `store.retention.${key}.age`);
    const size = configValue(config, `store.retention.${key}.size`);
    if (age === null) return null;
    return [age === "0" ? "no limit of age" : age, size === null || size === "0" ? "" : size]
      .filter(Boolean)
      .join(", at most ");
  };
  const rollups = (["1m", "5m", "1h"] as const).map((step) => {
    const keep = kept(`rollup_${step}`);
    return keep === null ? "" : `${step}: ${keep}`;
  });
  return [
    {
      name: "Hot",
      about: "the flows of the last hours, in tables",
      octets: store.hot_octets,
      flows: store.hot_flows,
      keep: configValue(config, "store.hot_time"),
    },
    {
      name: "Cold",
      about: "the flows of closed hours, Parquet files by the hour",
      octets: store.cold_octets,
      flows: store.cold_flows,
      keep: kept("flows"),
    },
    {
      name: "Rollups",
      about: "sums by minute, five minutes and hour",
      octets: store.rollup_octets,
      flows: null,
      keep: rollups.filter(Boolean).join("; ") || null,
    },
  ];
}

export function configValue(config: Configuration | null, key: string): string | null {
  const found = config?.values.find((one) => one.key === key);
  return found ? found.value || "none" : null;
}

/** Interfaces without a class: their flows have no direction unless the exporter tells one. */
export function unclassed(interfaces: readonly Interface[]): Interface[] {
  return interfaces.filter((one) => one.index !== 0 && (one.class === null || one.class === ""));
}

/** Lines that give these interfaces a class, to be filled in. */
export function classLines(interfaces: readonly Interface[]): string {
  const some = interfaces.slice(0, 5);
  const lines = some.map(
    (one) =>
      `  - {exporter: ${quoted(one.exporter_name ?? one.exporter)}, interface: ${quoted(one.name ?? "*")}, class: transit}`,
  );
  return `# The first rule that matches decides; * and ? are wildcards.\n# Classes: transit, peering, ix, customer, core\ninterface_classes:\n${
    lines.length > 0 ? lines.join("\n") : '  - {interface: "*transit*", class: transit}'
  }\n`;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_.*?/-]+$/.test(text) && !/^[*?]/.test(text) ? text : JSON.stringify(text);
}

/** Lines that name exporters which have no name yet. */
export function nameLines(exporters: readonly { address: string; name: string | null }[]): string {
  const nameless = exporters.filter((one) => one.name === null || one.name === "").slice(0, 20);
  const lines = nameless.map((one) => `  - {address: ${yamlText(one.address)}, name: EDGE-1}   # the name to show`);
  return `exporters:\n${lines.length > 0 ? lines.join("\n") : "  - {address: 192.0.2.1, name: EDGE-1}   # the name to show"}\n`;
}

/** A value as YAML reads it as that text and nothing else. */
export function yamlText(text: string): string {
  return quoted(text);
}

/** Values that differ from their defaults first, each group in the order of the reference. */
export function changedFirst(values: readonly ConfigValue[]): ConfigValue[] {
  const differs = (one: ConfigValue) => (one.entries ?? 0) > 0 || one.value !== one.default;
  return [...values.filter(differs), ...values.filter((one) => !differs(one))];
}

/** What is shown of a value: lists of mappings have none but their number. */
export function valueText(one: ConfigValue): string {
  if (one.entries !== null) return one.entries === 0 ? "" : `${one.entries} ${one.entries === 1 ? "entry" : "entries"}`;
  return one.value;
}

/** The keys that hold all words of `text` in key, value or meaning. */
export function keysWith(values: readonly ConfigValue[], text: string): ConfigValue[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return values.filter((one) => {
    const all = `${one.key} ${one.value} ${one.meaning}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The lines of the file that set a key: mappings nest where the key has dots. */
export function linesFor(key: string, text: string): string {
  const parts = key.split(".");
  // Lists and what is quoted come as they are written; other texts are quoted where YAML would read something else.
  const value =
    /^["[]/.test(text) || /^[\w./+][^#]*$/.test(text.replace(/:(?! )/g, "")) ? text : text && JSON.stringify(text);
  return `${parts.map((part, i) => `${"  ".repeat(i)}${part}:${i === parts.length - 1 && value !== "" ? ` ${value}` : ""}`).join("\n")}\n`;
}

/** How a change of the file is checked and taken over. */
export function commandsFor(file: string | null, live: boolean): string {
  const path = file ?? "/etc/weir/weir.yaml";
  return `weir check ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}\nsystemctl ${live ? "reload" : "restart"} weir\n`;
}

/** Retention and disk as they are now, to be changed. */
export function storageLines(config: Configuration | null): string {
  const value = (key: string, fallback: string) => configValue(config, `store.${key}`) ?? fallback;
  const tier = (name: string, age: string) => {
    const size = value(`retention.${name}.size`, "0");
    return `{age: ${value(`retention.${name}.age`, age)}${size === "0" ? "" : `, size: ${size}`}}`;
  };
  return `store:
  # for all that is stored, 0 is no bound; the oldest goes first
  disk_budget: ${value("disk_budget", "0")}
  # storing stops, with an alarm, when less is free
  disk_reserve: ${value("disk_reserve", "1GiB")}
  retention:
    # single flows, then sums by the minute, five minutes and hour
    flows: ${tier("flows", "30d")}
    rollup_1m: ${tier("rollup_1m", "14d")}
    rollup_5m: ${tier("rollup_5m", "90d")}
    rollup_1h: ${tier("rollup_1h", "730d")}
`;
}
