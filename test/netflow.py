"""NetFlow v9 and v5 datagrams, built octet by octet from RFC 3954 and Cisco's v5 layout, for tests that need to say
exactly what is sent and in which order."""
import ipaddress
import struct
import time

UPTIME = 172_800_000  # every message says that the exporter has been up for two days

# What a flow of the tests has, in the order of the template: name -> (RFC 3954 field type, length).
FIELDS = {
    "src_addr": (8, 4), "dst_addr": (12, 4), "src_port": (7, 2), "dst_port": (11, 2), "proto": (4, 1), "tos": (5, 1),
    "tcp_flags": (6, 1), "bytes": (1, 8), "packets": (2, 8), "in_if": (10, 4), "out_if": (14, 4), "src_as": (16, 4),
    "dst_as": (17, 4), "next_hop": (15, 4), "start": (22, 4), "end": (21, 4),
}
FIELDS6 = {**FIELDS, "src_addr": (27, 16), "dst_addr": (28, 16)}
DEFAULTS = {
    "src_addr": "192.0.2.1", "dst_addr": "198.51.100.1", "src_port": 1000, "dst_port": 80, "proto": 6, "tos": 0,
    "tcp_flags": 0x18, "bytes": 1000, "packets": 10, "in_if": 1, "out_if": 2, "src_as": 0, "dst_as": 0,
    "next_hop": "203.0.113.1",
}


def record(ago_ms=0, duration_ms=0, **values):
    """One Data Record: DEFAULTS with `values` laid over them. The flow ended `ago_ms` before the export."""
    flow = {**DEFAULTS, "start": UPTIME - ago_ms - duration_ms, "end": UPTIME - ago_ms, **values}
    return b"".join(octets(flow[name], length) for name, (_, length) in fields_of(flow["src_addr"]).items())


def fields_of(address):
    return FIELDS6 if ":" in address else FIELDS


def octets(value, length):
    return ipaddress.ip_address(value).packed if isinstance(value, str) else value.to_bytes(length, "big")


class Exporter9:
    """Numbers its messages as a router does. Its two templates: 256 for IPv4, 257 for IPv6."""

    def __init__(self, source_id=1, first_template=256, now=None):
        self.source_id = source_id
        self.template_ids = {4: first_template, 6: first_template + 1}
        self.sequence = 0
        self.now = now  # seconds since the epoch; None: the wall clock

    def message(self, *sets, count=1):
        """A message of these FlowSets; `count` is the number of records that its header announces."""
        seconds = int(time.time() if self.now is None else self.now)
        head = struct.pack(">HHIIII", 9, count, UPTIME, seconds, self.sequence, self.source_id)
        self.sequence += 1
        return head + b"".join(sets)

    def template(self):
        body = b""
        for version, fields in ((4, FIELDS), (6, FIELDS6)):
            body += struct.pack(">HH", self.template_ids[version], len(fields))
            body += b"".join(struct.pack(">HH", *field) for field in fields.values())
        return self.message(struct.pack(">HH", 0, 4 + len(body)) + body, count=2)

    def data(self, *records, version=4):
        """A message of records of one IP version."""
        body = b"".join(records)
        body += bytes(-len(body) % 4)
        return self.message(struct.pack(">HH", self.template_ids[version], 4 + len(body)) + body, count=len(records))


def netflow5(records, sequence=0, sampling=0, now=None):
    """A v5 datagram of (src, dst, sport, dport, proto, octets, packets); `sampling` is the header's field as it is."""
    at = time.time() if now is None else now
    out = struct.pack(">HHIIIIBBH", 5, len(records), UPTIME, int(at), int(at % 1 * 1e9), sequence, 0, 0, sampling)
    for src, dst, sport, dport, proto, size, packets in records:
        out += struct.pack(">4s4s4sHHIIIIHHBBBBHHBBH", octets(src, 4), octets(dst, 4), bytes(4), 1, 2, packets, size,
                           UPTIME - 1000, UPTIME, sport, dport, 0, 0x18, proto, 0, 0, 0, 24, 24, 0)
    return out
