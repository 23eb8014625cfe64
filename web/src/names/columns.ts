// Columns of flows and their values as people read them.
import { useApi } from "../api/useApi";

export interface ColumnInfo {
  name: string;
  alias: string | null;
  type: "number" | "time" | "ip" | "mac" | "string" | "prefix" | "real";
  role: "time" | "dimension" | "measure";
  unit: string;
  meaning: string;
}

export function useColumns(): ColumnInfo[] {
  return useApi<{ columns: ColumnInfo[] }>("/api/v1/columns").data?.columns ?? [];
}

const TITLES: Record<string, string> = {
  exporter_name: "router",
  exporter: "router address",
  src_addr: "source",
  dst_addr: "destination",
  proto: "protocol",
  in_if_name: "interface in",
  out_if_name: "interface out",
  first_as: "neighbour AS",
};
const PARTS: Record<string, string> = {
  src: "source",
  dst: "destination",
  as: "AS",
  addr: "address",
  if: "interface",
  nat: "NAT",
  mpls: "MPLS",
  bgp: "BGP",
  tcp: "TCP",
  icmp: "ICMP",
  ttl: "TTL",
  tos: "TOS",
  vlan: "VLAN",
  mac: "MAC",
  vrf: "VRF",
  ip: "IP",
  rpki: "RPKI",
  bps: "bit/s",
  pps: "packets/s",
  bpp: "bytes a packet",
};
/** "src_country" -> "Source country". */
export function columnTitle(name: string): string {
  const words =
    TITLES[name] ??
    name
      .split("_")
      .map((part) => PARTS[part] ?? part)
      .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const AS_COLUMNS = ["src_as", "dst_as", "first_as"];
export type AsNames = Record<string, { name: string; country: string }>;

// IANA, the protocols that networks carry.
const PROTOCOLS: Record<number, string> = {
  1: "ICMP",
  2: "IGMP",
  4: "IPv4 in IP",
  6: "TCP",
  17: "UDP",
  33: "DCCP",
  41: "IPv6 in IP",
  46: "RSVP",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  88: "EIGRP",
  89: "OSPF",
  103: "PIM",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
  136: "UDP-Lite",
};
const SERVICES: Record<number, string> = {
  20: "ftp-data",
  21: "ftp",
  22: "ssh",
  23: "telnet",
  25: "smtp",
  53: "dns",
  80: "http",
  110: "pop3",
  123: "ntp",
  143: "imap",
  161: "snmp",
  179: "bgp",
  389: "ldap",
  443: "https",
  445: "smb",
  465: "smtps",
  500: "isakmp",
  514: "syslog",
  587: "submission",
  853: "dns-tls",
  993: "imaps",
  995: "pop3s",
  1194: "openvpn",
  1433: "mssql",
  1900: "ssdp",
  3306: "mysql",
  3389: "rdp",
  4500: "ipsec-nat",
  5060: "sip",
  5222: "xmpp",
  5432: "postgresql",
  5900: "vnc",
  6379: "redis",
  8080: "http-alt",
  8443: "https-alt",
  11211: "memcached",
  27017: "mongodb",
  51820: "wireguard",
};
const FLAGS = ["F", "S", "R", "P", "A", "U", "E", "C"];

/** "SA" of 0x12, in the order of the wire's low bits; "none". */
export function tcpFlags(bits: number): string {
  return FLAGS.filter((_, bit) => bits & (1 << bit)).join("") || "none";
}

/** A value as people read it, with its name where it has one. "unknown" where nothing is known. */
export function valueText(column: string, value: string | number | boolean | null, ases: AsNames = {}): string {
  if (value === null || value === "") return "unknown";
  if (AS_COLUMNS.includes(column)) {
    if (value === 0) return "AS 0 (own or no route)";
    const known = ases[String(value)];
    return known?.name ? `AS ${value} ${known.name}` : `AS ${value}`;
  }
  if (column === "proto" && typeof value === "number") return PROTOCOLS[value] ?? `protocol ${value}`;
  if (column.endsWith("_port") && typeof value === "number")
    return SERVICES[value] ? `${value} ${SERVICES[value]}` : String(value);
  if (column === "tcp_flags" && typeof value === "number") return tcpFlags(value);
  return String(value);
}

const KINDS: [RegExp, string][] = [
  [/_as$/, "as"],
  [/_addr$|next_hop$/, "addr"],
  [/^exporter(_name)?$/, "router"],
];
/** The key of a value's colour: the same for source and destination. */
export function colourKey(column: string, value: string | number | boolean | null): string {
  const kind = KINDS.find(([pattern]) => pattern.test(column))?.[1] ?? column.replace(/^(src|dst|in|out)_/, "");
  return `${kind}:${value ?? ""}`;
}
