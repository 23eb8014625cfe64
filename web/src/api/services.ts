// What the traffic is used for, by well-known ports: two questions whose answers are added, as a flow has its service at one
// end or the other.
import { type FullAnswer, type NamedRow, queryPath } from "./answer";

const NAMES: Record<string, string> = {
  "6/20": "FTP data",
  "6/21": "FTP",
  "6/22": "SSH",
  "6/23": "Telnet",
  "6/25": "SMTP",
  "17/53": "DNS",
  "6/53": "DNS over TCP",
  "6/80": "HTTP",
  "17/80": "UDP port 80",
  "6/110": "POP3",
  "17/123": "NTP",
  "6/143": "IMAP",
  "17/161": "SNMP",
  "6/179": "BGP",
  "17/389": "CLDAP",
  "6/443": "HTTPS",
  "17/443": "QUIC",
  "6/445": "SMB",
  "6/465": "SMTPS",
  "17/500": "IKE",
  "6/587": "Submission",
  "6/853": "DNS over TLS",
  "6/993": "IMAPS",
  "6/995": "POP3S",
};
const PROTOCOLS: Record<number, string> = { 1: "ICMP", 6: "TCP", 17: "UDP", 47: "GRE", 50: "ESP", 58: "ICMPv6" };

const WELL_KNOWN = 1024;
const both = (filter: string, condition: string) => (filter === "" ? condition : `(${filter}) and ${condition}`);

/** The two questions; the first also gives the whole. */
export function servicePaths(filter: string, from: string, to = "now"): [string, string] {
  const common = { from, to, top: 200 };
  return [
    queryPath({
      ...common,
      by: "proto,dst_port",
      filter: both(filter, `(dst_port < ${WELL_KNOWN} and not src_port < ${WELL_KNOWN})`),
    }),
    queryPath({ ...common, by: "proto,src_port", filter: both(filter, `(src_port < ${WELL_KNOWN})`) }),
  ];
}

/** `whole`: bytes of all the traffic that was asked about. */
export function serviceRows(answers: readonly (FullAnswer | undefined)[], whole: number, most: number): NamedRow[] {
  const sums = new Map<string, { proto: number; port: number; bytes: number }>();
  let seconds = 1;
  for (const answer of answers) {
    if (!answer) continue;
    seconds = Math.max(1, (answer.to - answer.from) / 1000);
    for (const row of answer.rows) {
      const proto = Number(row.proto ?? 0);
      const port = Number(row.dst_port ?? row.src_port ?? 0);
      const at = sums.get(`${proto}/${port}`) ?? { proto, port, bytes: 0 };
      at.bytes += row.bytes;
      sums.set(`${proto}/${port}`, at);
    }
  }
  const rows = [...sums.values()].sort((a, b) => b.bytes - a.bytes);
  const known = rows.reduce((sum, row) => sum + row.bytes, 0);
  const named = rows.slice(0, most).map(({ proto, port, bytes }): NamedRow => {
    const protocol = PROTOCOLS[proto] ?? `protocol ${proto}`;
    const place = port > 0 || proto === 6 || proto === 17 ? `${protocol} port ${port}` : protocol;
    const name = NAMES[`${proto}/${port}`];
    return {
      key: `service:${proto}/${port}`,
      name: name ?? place,
      ...(name ? { more: place } : {}),
      bits: (bytes * 8) / seconds,
      share: whole > 0 ? bytes / whole : 0,
      filter: `proto ${proto} and (src_port = ${port} or dst_port = ${port})`,
    };
  });
  if (whole > known * 1.001 && named.length < most) {
    named.push({
      key: "service:other",
      name: "Ports above 1023 only",
      bits: ((whole - known) * 8) / seconds,
      share: (whole - known) / whole,
      filter: `not src_port < ${WELL_KNOWN} and not dst_port < ${WELL_KNOWN}`,
    });
  }
  return named.sort((a, b) => b.bits - a.bits);
}
