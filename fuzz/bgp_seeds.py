#!/usr/bin/env python3
"""Writes the seeds of bgp_update_fuzz, bgp_message_fuzz and bmp_fuzz into testdata/fuzz.

usage: fuzz/bgp_seeds.py            (from anywhere; existing seeds of the same names are replaced)

Every seed is built here from the RFCs, with documentation addresses and ASes; none is a capture.
"""
import pathlib
import struct

OUT = pathlib.Path(__file__).resolve().parent.parent / "testdata/fuzz"


def write(target, name, octets):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(octets)


def h(text):
    return bytes.fromhex(text)


def attribute(flags, kind, value):
    if len(value) > 255 or flags & 0x10:
        return struct.pack(">BBH", flags | 0x10, kind, len(value)) + value
    return struct.pack(">BBB", flags, kind, len(value)) + value


def update(withdrawn=b"", attributes=b"", nlri=b""):
    return struct.pack(">H", len(withdrawn)) + withdrawn + struct.pack(">H", len(attributes)) + attributes + nlri


def message(kind, body=b""):
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


ORIGIN = attribute(0x40, 1, h("00"))
PATH = attribute(0x40, 2, h("0203 0000fbf4 fa56ea00 0000fbf5 0102 0000fbf6 0000fbf7"))
OLD_PATH = attribute(0x40, 2, h("0302 fde9 fdea 0202 fbf4 5ba0")) + attribute(0xC0, 17, h("0201 fa56ea00"))
NEXT_HOP = attribute(0x40, 3, h("c0000201"))
REST = (attribute(0x80, 4, h("00000064")) + attribute(0x40, 5, h("000000c8")) + attribute(0x40, 6, b"")
        + attribute(0xC0, 8, h("0da30190 ffff029a")) + attribute(0x80, 9, h("c0000203"))
        + attribute(0x80, 10, h("c0000204 c0000205")) + attribute(0xC0, 16, h("0002fbf400000001 0202fa56ea000001"))
        + attribute(0xC0, 32, h("0000fbf40000000100000002")))
AGGREGATOR = attribute(0xC0, 7, h("0000fbf4 c0000202"))
OLD_AGGREGATOR = attribute(0xC0, 7, h("5ba0 c0000202")) + attribute(0xC0, 18, h("fa56ea00 c0000202"))
V6 = "20010db8000000000000000000000001"
LINK_LOCAL = "fe800000000000000000000000000001"


def reach(family, next_hop, nlri):
    return attribute(0x80, 14, h(family) + bytes([len(next_hop)]) + next_hop + b"\0" + nlri)


def unreach(family, nlri=b""):
    return attribute(0x80, 15, h(family) + nlri)


RD = "0000fbf400000064"
UPDATES = {
    "classic": update(h("080a"), ORIGIN + PATH + NEXT_HOP + REST + AGGREGATOR, h("18cb0071 00 20c0000263")),
    "two-octet": (1, update(b"", ORIGIN + OLD_PATH + NEXT_HOP + OLD_AGGREGATOR, h("18cb0071"))),
    "add-path": (2, update(h("00000001080a"), reach("000201", h(V6), h("00000007 20 20010db8")) + ORIGIN + PATH + NEXT_HOP,
                           h("00000002 18cb0071"))),
    "ipv6": update(b"", reach("000201", h(V6 + LINK_LOCAL), h("20 20010db8 40 20010db800000001")) + unreach("000201", h("20 20010db9"))
                   + ORIGIN + PATH),
    "ipv4-over-ipv6": update(b"", reach("000101", h(V6), h("18cb0071")) + ORIGIN + PATH),
    "labelled": update(b"", reach("000104", h("c0000201"), h("30 05dc01 cb0071 48 05dc00 05dc11 cb0072")) + ORIGIN + PATH),
    "vpn4": update(b"", reach("000180", h("0000000000000000c0000201"), h("70 05dc01" + RD + "cb0071")) + ORIGIN + PATH),
    "vpn6": update(b"", reach("000280", h("0000000000000000" + V6), h("78 05dc01" + RD + "20010db8")) + ORIGIN + PATH),
    "vpn-withdrawn": update(b"", unreach("000180", h("70 800000" + RD + "cb0071"))),
    "end-of-rib": update(),
    "end-of-rib-vpn": update(b"", unreach("000180")),
    "evpn": update(b"", reach("001946", h("c0000201"), h("03110000")) + ORIGIN + PATH),
    "bgpsec": update(b"", ORIGIN + NEXT_HOP + attribute(0x80, 33, h("000e 01000000fbf4 01000000fbf5 0003 01")), h("18cb0071")),
    "monitored": (4, update(b"", ORIGIN + attribute(0x40, 2, h("0201fbf4")), h("18cb0071"))),
    "faults": update(b"", attribute(0x40, 1, h("07")) + PATH + NEXT_HOP + attribute(0x40, 6, b"\0") + ORIGIN, h("18cb0071")),
}


def capability(code, value=""):
    value = h(value)
    return struct.pack(">BB", code, len(value)) + value


CAPABILITIES = (capability(1, "00010001") + capability(1, "00020080") + capability(2) + capability(5, "000100010002")
                + capability(6) + capability(64, "c0780001018000020100") + capability(65, "fa56ea00")
                + capability(69, "0001010300018001") + capability(70) + capability(73, "037367310465786d70")
                + capability(128) + capability(240, "abcd"))
OPEN_HEAD = h("04 5ba0 005a c0000201")
OPEN = OPEN_HEAD + bytes([2 + len(CAPABILITIES), 2, len(CAPABILITIES)]) + CAPABILITIES
OPEN_EXTENDED = OPEN_HEAD + b"\xff\xff" + struct.pack(">HBH", 3 + len(CAPABILITIES), 2, len(CAPABILITIES)) + CAPABILITIES

MESSAGES = {
    "session": message(1, OPEN) + message(4) + message(2, UPDATES["classic"]) + message(2, update()) + message(4),
    "open-extended": message(1, OPEN_EXTENDED),
    "open-plain": message(1, OPEN_HEAD + b"\0"),
    "notifications": (message(3, h("0602 05 68656c6c6f")) + message(3, h("0601 0001 01 000003e8"))
                      + message(3, h("0609 0604 02 c3bc")) + message(3, h("0400")) + message(3, h("0203 abcd"))),
    "refresh": message(5, h("00010001")) + message(5, h("00020101")) + message(5, h("00010280")),
}

NOW = 1_700_000_000


def peer(kind=0, flags=0, rd=0, address="000000000000000000000000c0000201"):
    return struct.pack(">BBQ", kind, flags, rd) + h(address) + struct.pack(">IIII", 64500, 0xC0000201, NOW, 500_000)


def bmp(kind, body):
    return struct.pack(">BIB", 3, 6 + len(body), kind) + body


def tlv(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


INITIATION = bmp(4, tlv(1, b"an OS") + tlv(2, b"sg1") + tlv(0, b"hello"))


def peer_up(who, more=b""):
    return bmp(3, who + bytes(12) + h("c0000209") + struct.pack(">HH", 179, 40000) + message(1, OPEN) + message(1, OPEN) + more)


BMP = {
    "adj-rib-in": INITIATION + peer_up(peer()) + bmp(0, peer() + message(2, UPDATES["add-path"][1]))
                  + bmp(0, peer(flags=0x40) + message(2, update())),
    "adj-rib-out": INITIATION + peer_up(peer(flags=0x10)) + bmp(0, peer(flags=0x50) + message(2, UPDATES["classic"])),
    "loc-rib": INITIATION + peer_up(peer(3, 0x80, 0, "00" * 16), tlv(3, b"global"))
               + bmp(0, peer(3, 0, 0, "00" * 16) + message(2, UPDATES["vpn4"])) + bmp(2, peer(3) + b"\6" + tlv(3, b"global")),
    "two-octet": peer_up(peer(1, 0x20, 0x0000FBF400000064)) + bmp(0, peer(1, 0x20, 0x0000FBF400000064)
                                                                 + message(2, UPDATES["two-octet"][1])),
    "downs": b"".join(bmp(2, peer() + body) for body in (b"\1" + MESSAGES["notifications"][:27], b"\2\0\x12", b"\3", b"\4", b"\5")),
    "statistics": bmp(1, peer() + h("00000003 0000 0004 00000007 0007 0008 0000000000000005 0009 000b 000101 0000000000000009")),
    "termination": bmp(5, tlv(1, h("0001")) + tlv(0, b"bye")) + bmp(6, peer() + h("0000 0000")),
}


def main():
    for name, seed in UPDATES.items():
        choice, octets = seed if isinstance(seed, tuple) else (0, seed)
        write("bgp_update", name, bytes([choice]) + octets)
    for name, octets in MESSAGES.items():
        write("bgp_message", name, b"\0" + octets)
    for name, octets in BMP.items():
        write("bmp", name, octets)


main()
