#!/usr/bin/env python3
"""Writes the seeds of sflow5_fuzz, packet_header_fuzz and pcap_fuzz into testdata/fuzz.

usage: fuzz/sampled_packet_seeds.py            (from anywhere; existing seeds of the same names are replaced)

Every seed is built here from the formats' descriptions, with documentation addresses; none is a capture.
"""
import pathlib
import struct

OUT = pathlib.Path(__file__).resolve().parent.parent / "testdata/fuzz"


def words(*values):
    return struct.pack(f">{len(values)}I", *(v & 0xFFFFFFFF for v in values))


def halves(*values):
    return struct.pack(f">{len(values)}H", *values)


# ---------------------------------------------------------------------------------------------------------- packets

UDP = halves(50000, 53, 16, 0) + bytes(8)
TCP = halves(443, 50000) + bytes(8) + halves(0x5012, 0, 0, 0)
VXLAN = halves(50000, 4789, 0, 0) + words(0x08000000, 0x500)


def ipv4(payload, proto=17, fragment=0, options=b"", ident=1):
    head = halves((0x45 + len(options) // 4) << 8, 20 + len(options) + len(payload), ident, fragment)
    return head + bytes([64, proto, 0, 0, 192, 0, 2, 1, 198, 51, 100, 1]) + options + payload


def ipv6(payload, following=17):
    address = bytes.fromhex("20010db8000000000000000000000001")
    return words(0x60000000) + halves(len(payload)) + bytes([following, 64]) + address + address[:-1] + b"\2" + payload


def ethernet(kind, payload):
    return bytes.fromhex("020000000002020000000001") + halves(kind) + payload


def label(value, bottom):
    return words(value << 12 | (0x100 if bottom else 0) | 64)


SNAP = halves(0xAAAA, 0x0300, 0, 0x0800)
WIRELESS = halves(0x8801, 0) + bytes(range(18)) + halves(0, 0)
PACKETS = {
    "ethernet_tcp": (1, ethernet(0x0800, ipv4(TCP, 6))),
    "ethernet_qinq_ipv6": (1, ethernet(0x88A8, halves(5, 0x8100, 6, 0x86DD) + ipv6(UDP))),
    "ethernet_snap": (1, ethernet(50, SNAP + ipv4(UDP))),
    "ethernet_pppoe": (1, ethernet(0x8864, halves(0x1100, 1, 40, 0x21) + ipv4(UDP))),
    "ethernet_mpls": (1, ethernet(0x8847, label(16, False) + label(17, True) + ipv4(UDP))),
    "eompls_control_word": (1, ethernet(0x8847, label(16, True) + words(0) + ethernet(0x0800, ipv4(UDP)))),
    "eompls": (1, ethernet(0x8847, label(16, True) + ethernet(0x8100, halves(7, 0x0800) + ipv4(UDP)))),
    "ipv6_extensions": (12, ipv6(halves(0x3C00, 0, 0, 0) + halves(0x2C00, 0, 0, 0) + halves(0x1100, 1, 0, 9) + UDP, 0)),
    "ipv6_icmp": (12, ipv6(halves(0x8700, 0, 0, 0), 58)),
    "ipv4_options": (11, ipv4(UDP, options=bytes(8))),
    "ipv4_fragment": (11, ipv4(UDP, fragment=0x2000)),
    "gre": (0x1B, ipv4(halves(0xB000, 0x0800) + bytes(12) + ipv4(TCP, 6), 47)),
    "gre_ppp": (0x1B, ipv4(halves(0x3081, 0x880B) + bytes(12) + halves(0xFF03, 0x21) + ipv4(TCP, 6), 47)),
    "vxlan": (0x1B, ipv4(VXLAN + ethernet(0x0800, ipv4(TCP, 6)))),
    "ip_in_ip": (0x1B, ipv4(ipv4(UDP), 4)),
    "six_in_four": (0x1B, ipv4(ipv6(UDP), 41)),
    "ppp": (7, halves(0xFF03, 0x57) + ipv6(UDP)),
    "pos": (14, halves(0x0F00, 0x0800) + ipv4(UDP)),
    "wireless": (15, WIRELESS + SNAP + ipv4(UDP)),
    "mpls": (13, label(3, True) + ipv6(UDP)),
}

# ------------------------------------------------------------------------------------------------------------ sFlow


def piece(tag, body):
    return words(tag, len(body)) + body + bytes(-len(body) % 4)


def raw_header(packet, protocol=1):
    return piece(1, words(protocol, 1518, 4, len(packet)) + packet + bytes(-len(packet) % 4))


def sample(*records, output=4):
    return piece(1, words(1, 3, 512, 1000, 0, 3, output, len(records)) + b"".join(records))


def expanded(*records):
    return piece(3, words(1, 0, 3, 512, 1000, 0, 0, 3, 1, 258, len(records)) + b"".join(records))


def sflow(*samples, agent=words(1, 0x0A000001)):
    return words(5) + agent + words(7, 1, 1000, len(samples)) + b"".join(samples)


HEADER = raw_header(PACKETS["ethernet_tcp"][1])
GATEWAY = piece(1003, words(1, 0x0D0C0B0A, 64500, 64510, 64511, 2, 2, 2, 64501, 64502, 1, 2, 64503, 64504, 1, 0xFBF40001, 100))
ROUTER = piece(1002, words(2, 0x20010DB8, 0, 0, 1, 24, 20))
SWITCH = piece(1001, words(100, 0, 200, 0))
IPV4_FIELDS = piece(3, words(1344, 6, 0xC0000201, 0xC6336401, 443, 50000, 0x12, 0))
IPV6_FIELDS = piece(4, words(99, 17, 0x20010DB8, 0, 0, 1, 0x20010DB8, 0, 0, 2, 53, 1024, 0, 0))
ETHERNET_FIELDS = piece(2, words(1514, 0x02000000, 0x10000, 0x02000000, 0x20000, 0x0800))
INTERFACE = piece(1, words(17, 6, 2, 0x540BE400, 1, 3, 0, 1000, 10, 20, 30, 4, 5, 0, 0, 2000, 40, 50, 60, 7, 8, 0))
SFLOW = {
    "flow": sflow(sample(HEADER, SWITCH)),
    "flow_route": sflow(sample(HEADER, ROUTER, GATEWAY), sample(GATEWAY, output=0x3FFFFFFF)),
    "flow_fields": sflow(sample(IPV4_FIELDS, ETHERNET_FIELDS, output=0x40000001), sample(IPV6_FIELDS, output=0x80000007)),
    "expanded": sflow(expanded(raw_header(PACKETS["ipv4_fragment"][1], 11)), agent=words(2, 0x20010DB8, 0, 0, 1)),
    "counters": sflow(piece(2, words(1, 17, 2) + piece(2, bytes(52)) + INTERFACE), piece(4, words(1, 0, 17, 1) + INTERFACE)),
    "discard": sflow(piece(5, words(1, 0, 5, 0, 3, 4, 258, 1) + HEADER)),
    "vendor": sflow(piece(4413 << 12 | 1, bytes(8)), sample(piece(4413 << 12 | 2, bytes(5)), piece(1004, bytes(12)))),
}

# --------------------------------------------------------------------------------------------------------- captures


def pcap(order, magic, link, *packets):
    out = struct.pack(order + "IHHIIII", magic, 2, 4, 0, 0, 65535, link)
    for packet in packets:
        out += struct.pack(order + "IIII", 1_700_000_000, 123456, len(packet), len(packet)) + packet
    return out


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))


def pcapng(order, link, packet, options=b""):
    size = len(packet)
    stamp = struct.pack(order + "II", 0x60A24, 0x181E4000)
    return (block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)) +
            block(order, 1, struct.pack(order + "HHI", link, 0, 0) + options) +
            block(order, 6, struct.pack(order + "I", 0) + stamp + struct.pack(order + "II", size, size) + packet) +
            block(order, 2, struct.pack(order + "HH", 0, 0) + stamp + struct.pack(order + "II", size, size) + packet) +
            block(order, 3, struct.pack(order + "I", size) + packet) +
            block(order, 5, bytes(12)))


RESOLUTION = struct.pack("<HHBxxx", 9, 1, 9) + struct.pack("<HHq", 14, 8, 3600) + struct.pack("<HH", 0, 0)
PACKET = ipv4(UDP)
FRAGMENTS = (ipv4(UDP[:8], fragment=0x2000), ipv4(UDP[8:], fragment=1))
FRAGMENTS6 = (ipv6(halves(0x1100, 1, 0, 9) + UDP[:8], 44), ipv6(halves(0x1100, 8, 0, 9) + UDP[8:], 44))
CAPTURES = {
    "pcap_little": pcap("<", 0xA1B2C3D4, 1, ethernet(0x0800, PACKET), ethernet(0x8100, halves(5, 0x0800) + PACKET)),
    "pcap_big_nano": pcap(">", 0xA1B23C4D, 101, PACKET, ipv6(UDP)),
    "pcap_fragments": pcap("<", 0xA1B2C3D4, 228, *FRAGMENTS),
    "pcap_fragments_overlap": pcap("<", 0xA1B2C3D4, 228, FRAGMENTS[0], ipv4(UDP, fragment=0x2000)),
    "pcap_fragments6": pcap("<", 0xA1B2C3D4, 229, *FRAGMENTS6),
    "pcap_cooked": pcap("<", 0xA1B2C3D4, 113, halves(0, 1, 6, 0, 0, 0, 0, 0x0800) + PACKET),
    "pcap_cooked2": pcap("<", 0xA1B2C3D4, 276, halves(0x0800, 0, 0, 1, 1, 6, 0, 0, 0, 0) + PACKET),
    "pcap_null": pcap("<", 0xA1B2C3D4, 0, struct.pack("<I", 2) + PACKET),
    "pcapng_little": pcapng("<", 1, ethernet(0x0800, PACKET), RESOLUTION),
    "pcapng_two_sections": pcapng(">", 101, PACKET) + pcapng("<", 1, ethernet(0x0800, PACKET)),
}


def write(target, name, data):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


for name, (choice, packet) in PACKETS.items():
    write("packet_header", name, bytes([choice]) + packet)
for name, data in SFLOW.items():
    write("sflow5", name, data)
for name, data in CAPTURES.items():
    write("pcap", name, data)
