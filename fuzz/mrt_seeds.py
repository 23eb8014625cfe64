#!/usr/bin/env python3
"""Writes the seeds of mrt_fuzz into testdata/fuzz/mrt: one small file for each kind of record.

usage: fuzz/mrt_seeds.py            (from anywhere; existing seeds of the same names are replaced)

Every seed is built here from RFC 6396 and RFC 8050, with documentation addresses; none is a capture.
"""
import pathlib
import struct

OUT = pathlib.Path(__file__).resolve().parent.parent / "testdata/fuzz/mrt"
PEER = bytes((192, 0, 2, 1))


def record(kind, subtype, body):
    return struct.pack(">IHHI", 1_700_000_000, kind, subtype, len(body)) + body


def attribute(kind, value, flags=0x40):
    return bytes((flags, kind, len(value))) + value


def attributes(width):
    path = b"".join(number.to_bytes(width, "big") for number in (64501, 64502))
    return (attribute(1, b"\0") + attribute(2, bytes((2, 2)) + path) + attribute(3, PEER) + attribute(4, bytes(4), 0x80) +
            attribute(8, bytes.fromhex("fbf50001ffffff01"), 0xC0))


def block(width):
    return struct.pack(">H", len(attributes(width))) + attributes(width)


def message(width, add_path=b""):
    body = b"\0\0" + block(width) + add_path + bytes((8, 10))
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), 2) + body


def bgp4mp(width, rest):
    return (64501).to_bytes(width, "big") + (64500).to_bytes(width, "big") + b"\0\0\0\1" + PEER + bytes((192, 0, 2, 2)) + rest


PEERS = record(13, 1, bytes(4) + b"\0\0\0\2" + b"\0" + PEER + PEER + b"\xfb\xf5" + b"\3" + PEER + bytes(15) + b"\1" + bytes(4))
ENTRY = b"\0\0" + bytes(4)
DUMP = bytes((10, 0, 0, 0, 8, 1)) + bytes(4) + PEER + b"\xfb\xf5" + block(2)
VPN = bytes(4) + bytes.fromhex("000180") + bytes((104,)) + bytes.fromhex("000101" "0000fbf400000007" "0a01")
SEEDS = {
    "table_dump": record(12, 1, b"\0\0\0\1" + DUMP),
    "table_dump_many": struct.pack(">IHHI", 1, 12, 1, 2 * len(DUMP)) + bytes(4) + DUMP + DUMP,
    "table_dump_v2": PEERS + record(13, 2, bytes(4) + bytes((8, 10)) + b"\0\1" + ENTRY + block(4)),
    "add_path": PEERS + record(13, 8, bytes(4) + bytes((8, 10)) + b"\0\1" + ENTRY + b"\0\0\0\5" + block(4)),
    "generic_vpn": PEERS + record(13, 6, VPN + b"\0\1" + ENTRY + block(4)),
    "ipv6": PEERS + record(13, 4, bytes(4) + bytes.fromhex("2020010db8") + b"\0\1" + ENTRY + block(4)),
    "message": record(16, 1, bgp4mp(2, message(2))) + record(16, 4, bgp4mp(4, message(4))),
    "message_add_path": record(16, 9, bgp4mp(4, message(4, b"\0\0\0\3"))),
    "extended_time": record(17, 4, bytes(4) + bgp4mp(4, message(4))),
    "states": record(16, 0, bgp4mp(2, b"\0\5\0\6")) + record(16, 5, bgp4mp(4, b"\0\6\0\1")),
    "of_1999": record(5, 1, b"\x0d\x05" + PEER + b"\xfb\xf4" + PEER + b"\0\0" + block(2) + bytes((8, 10))),
}

OUT.mkdir(parents=True, exist_ok=True)
for name, octets in SEEDS.items():
    (OUT / name).write_bytes(octets)
