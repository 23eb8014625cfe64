"""A router's BMP side, octet by octet (RFC 7854), for tests and benchmarks: independent of Weir's own encoder."""
import ipaddress
import socket
import struct
import time

GLOBAL, RD, LOCAL, LOC_RIB = 0, 1, 2, 3


def bgp(kind, body):
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


def bgp_open(asn, identifier):
    capabilities = b"".join(struct.pack(">BBHBB", 1, 4, afi, 0, 1) for afi in (1, 2)) + struct.pack(">BBI", 65, 4, asn)
    parameters = struct.pack(">BB", 2, len(capabilities)) + capabilities
    return bgp(1, struct.pack(">BHH4sB", 4, min(asn, 23456), 90, socket.inet_aton(identifier), len(parameters)) + parameters)


def nlri(prefixes):
    out = []
    for prefix in prefixes:
        address, length = prefix
        out.append(bytes([length]) + address[:(length + 7) // 8])
    return b"".join(out)


def prefix_of(text):
    network = ipaddress.ip_network(text)
    return network.network_address.packed, network.prefixlen


def attribute(kind, value, flags=0x40):
    if len(value) > 255:
        return struct.pack(">BBH", flags | 0x10, kind, len(value)) + value
    return struct.pack(">BBB", flags, kind, len(value)) + value


def announce(prefixes, as_path, next_hop, communities=()):
    """An UPDATE that announces IPv4 prefixes, as (4 octets, length)."""
    path = struct.pack(">BB", 2, len(as_path)) + b"".join(struct.pack(">I", asn) for asn in as_path) if as_path else b""
    attributes = attribute(1, b"\0") + attribute(2, path) + attribute(3, socket.inet_aton(next_hop))
    if communities:
        attributes += attribute(8, b"".join(struct.pack(">HH", *pair) for pair in communities), 0xC0)
    return bgp(2, struct.pack(">HH", 0, len(attributes)) + attributes + nlri(prefixes))


def withdraw(prefixes):
    body = nlri(prefixes)
    return bgp(2, struct.pack(">H", len(body)) + body + struct.pack(">H", 0))


END_OF_RIB = bgp(2, struct.pack(">HH", 0, 0))


class Router:
    """One BMP session. `peer` is (address, AS, BGP identifier)."""

    def __init__(self, to, source="127.0.0.1", name="router"):
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        self.socket.connect(to)
        self.send(4, struct.pack(">HH", 2, len(name)) + name.encode() + struct.pack(">HH", 1, 4) + b"test")

    def send(self, kind, body):
        self.socket.sendall(struct.pack(">BIB", 3, 6 + len(body), kind) + body)

    @staticmethod
    def peer_header(peer, kind=GLOBAL, flags=0, distinguisher=0, at=None):
        address, asn, identifier = peer
        at = time.time() if at is None else at
        packed = ipaddress.ip_address(address).packed
        if len(packed) == 16:
            flags |= 0x80
        return struct.pack(">BBQ16sI4sII", kind, flags, distinguisher, packed.rjust(16, b"\0"), asn,
                           socket.inet_aton(identifier), int(at), int(at % 1 * 1e6))

    def peer_up(self, peer, local_as=64500, **options):
        body = self.peer_header(peer, **options) + b"\0" * 12 + socket.inet_aton("127.0.0.1") + struct.pack(">HH", 179, 50179)
        self.send(3, body + bgp_open(local_as, "127.0.0.1") + bgp_open(peer[1], peer[2]))

    def peer_down(self, peer, reason=4, **options):
        self.send(2, self.peer_header(peer, **options) + bytes([reason]))

    def monitor(self, peer, update, **options):
        self.send(0, self.peer_header(peer, **options) + update)

    def close(self):
        self.socket.close()
