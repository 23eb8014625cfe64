import type { Cell, TopList } from "../api/types";

const PROTOCOLS: Record<string, string> = {
  netflow5: "NetFlow v5",
  netflow7: "NetFlow v7",
  netflow9: "NetFlow v9",
  ipfix: "IPFIX",
  sflow5: "sFlow v5",
};

export function protocolName(protocol: string): string {
  return PROTOCOLS[protocol] ?? protocol;
}

export const TOP_TITLES: Record<TopList["name"], string> = {
  sources: "Sources",
  destinations: "Destinations",
  destination_as: "Destination AS",
  in_interfaces: "Interfaces in",
  out_interfaces: "Interfaces out",
};

/** What a row of top talkers is called; `main` is null where nothing is known. */
export function topRowName(list: TopList["name"], key: Cell[]): { main: string | null; more?: string } {
  if (list === "destination_as") {
    // Routers export 0 for their own network and for what they have no route to.
    if (key[0] === 0) return { main: "AS 0", more: "own network or no route" };
    return { main: key[0] == null ? null : `AS ${key[0]}` };
  }
  if (list === "in_interfaces" || list === "out_interfaces") {
    const [exporter, exporterName, index, name] = key;
    const router = exporterName ?? exporter ?? "unknown router";
    const number = index == null ? null : `interface ${index}`;
    return { main: name == null || name === "" ? number : String(name), more: String(router) };
  }
  return { main: key[0] == null ? null : String(key[0]) };
}
