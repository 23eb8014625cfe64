"""NetFlow v9 and v5 datagrams, built octet by octet from RFC 3954 and Cisco's v5 layout, for tests that need to say
exactly what is sent and in which order."""
import ipaddress
import struct
import time

# The fields of RFC 3954 section 8 that the template below has: (type, length).
FIELDS = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 8), (2, 8), (10, 4), (14, 4), (22, 4), (21, 4)]
UPTIME = 3_600_000  # every message says that the exporter has been up for an hour


def record(src="192.0.2.1", dst="198.51.100.1", sport=1000, dport=80, proto=6, octets=1000, packets=10, in_if=1, out_if=2,
           ago_ms=0, duration_ms=0):
    """One Data Record for template(); the flow ended `ago_ms` before the export."""
    return struct.pack(">4s4sHHBQQIIII", packed(src), packed(dst), sport, dport, proto, octets, packets, in_if, out_if,
                       UPTIME - ago_ms - duration_ms, UPTIME - ago_ms)


def packed(text):
    return ipaddress.ip_address(text).packed


class Exporter9:
    """Numbers its messages as a router does."""

    def __init__(self, source_id=1, template_id=256, now=None):
        self.source_id = source_id
        self.template_id = template_id
        self.sequence = 0
        self.now = now  # seconds since the epoch; None: the wall clock

    def message(self, *sets, count=1):
        """A message of these FlowSets; `count` is the number of records that its header announces."""
        seconds = int(time.time() if self.now is None else self.now)
        head = struct.pack(">HHIIII", 9, count, UPTIME, seconds, self.sequence, self.source_id)
        self.sequence += 1
        return head + b"".join(sets)

    def template_set(self):
        body = struct.pack(">HH", self.template_id, len(FIELDS)) + b"".join(struct.pack(">HH", *field) for field in FIELDS)
        return struct.pack(">HH", 0, 4 + len(body)) + body

    def data_set(self, records):
        body = b"".join(records)
        body += bytes(-len(body) % 4)
        return struct.pack(">HH", self.template_id, 4 + len(body)) + body

    def template(self):
        return self.message(self.template_set())

    def data(self, *records):
        return self.message(self.data_set(records), count=len(records))


def netflow5(records, sequence=0, sampling=0, now=None):
    """A v5 datagram of (src, dst, sport, dport, proto, octets, packets); sampling is the header's field as it is."""
    at = time.time() if now is None else now
    out = struct.pack(">HHIIIIBBH", 5, len(records), UPTIME, int(at), int(at % 1 * 1e9), sequence, 0, 0, sampling)
    for src, dst, sport, dport, proto, octets, packets in records:
        out += struct.pack(">4s4s4sHHIIIIHHBBBBHHBBH", packed(src), packed(dst), bytes(4), 1, 2, packets, octets,
                           UPTIME - 1000, UPTIME, sport, dport, 0, 0x18, proto, 0, 0, 0, 24, 24, 0)
    return out
