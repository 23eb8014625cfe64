#!/usr/bin/env python3
"""Writes the seeds of netflow5_fuzz, netflow9_fuzz, ipfix_fuzz, flow_plan_fuzz and decoder_state_fuzz into testdata/fuzz.

usage: fuzz/flow_message_seeds.py            (from anywhere; existing seeds of the same names are replaced)

Every seed is built here from the formats' descriptions, with documentation addresses; none is a capture.
"""
import pathlib
import struct

OUT = pathlib.Path(__file__).resolve().parent.parent / "testdata/fuzz"
NOW = 1_700_000_000


def write(target, name, octets):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(octets)


def datagrams(*payloads):
    return b"".join(struct.pack(">H", len(p)) + p for p in payloads)


def netflow5(records, version=5, sampling=0x4064):
    head = struct.pack(">HHIIIIHH", version, records, 1_000_000, NOW, 0, 7, 1, sampling)
    record = struct.pack(">IIIHHIIIIHHBBBBHHBBH", 0xC0000201, 0xC6336401, 0xC0000202, 1, 2, 10, 1000, 990_000, 995_000,
                         50000, 443, 0, 0x1B, 6, 0, 64496, 64497, 24, 16, 0)
    return head + (record + (bytes(4) if version == 7 else b"")) * records


def netflow9(*sets, domain=0):
    return struct.pack(">HHIIII", 9, len(sets), 1_000_000, NOW, 3, domain) + b"".join(sets)


def ipfix(*sets, domain=0):
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), NOW, 3, domain) + body


def flow_set(number, content):
    return struct.pack(">HH", number, 4 + len(content)) + content


def fields(specifiers):
    out = b""
    for specifier in specifiers:
        number, length = specifier[:2]
        if len(specifier) == 3:
            out += struct.pack(">HHI", number | 0x8000, length, specifier[2])
        else:
            out += struct.pack(">HH", number, length)
    return out


def template(number, specifiers):
    return struct.pack(">HH", number, len(specifiers)) + fields(specifiers)


ROUTER = [(8, 4), (12, 4), (15, 4), (10, 4), (14, 4), (2, 4), (1, 4), (22, 4), (21, 4), (7, 2), (11, 2), (6, 1), (4, 1),
          (5, 1), (16, 4), (17, 4), (9, 1), (13, 1)]
ROUTER_DATA = struct.pack(">IIIIIIIIIHHBBBIIBB", 0xC0000201, 0xC6336401, 0xC0000202, 1, 2, 10, 1000, 990_000, 995_000, 50000,
                          443, 0x18, 6, 0, 64496, 64497, 24, 16)
NAT = [(8, 4), (225, 4), (12, 4), (226, 4), (7, 2), (227, 2), (11, 2), (228, 2), (234, 4), (4, 1), (230, 1), (323, 8)]
ASA = [(8, 4), (7, 2), (10, 2), (12, 4), (11, 2), (176, 1), (177, 1), (40001, 4), (233, 1), (231, 4), (232, 4), (152, 8)]
MIXED = [(27, 16), (8, 4), (56, 6), (80, 6), (58, 2), (70, 3), (71, 3), (61, 1), (32, 2), (88, 2), (197, 1), (95, 4), (82, 8)]


def v9_template(*records):
    return flow_set(0, b"".join(records))


def v9_options(number, scope, options):
    return flow_set(1, struct.pack(">HHH", number, 4 * len(scope), 4 * len(options)) + fields(scope + options))


def ipfix_options(number, scope, specifiers):
    return flow_set(3, struct.pack(">HHH", number, len(specifiers), scope) + fields(specifiers))


def entry(kind, content):
    return struct.pack(">BH", kind, len(content)) + content


write("netflow5", "three_records", datagrams(netflow5(3)))
write("netflow5", "version7", datagrams(netflow5(2, 7)))
write("netflow5", "short_count", datagrams(netflow5(2)[:-30]))

write("netflow9", "router", datagrams(netflow9(v9_template(template(256, ROUTER)), flow_set(256, ROUTER_DATA * 2))))
write("netflow9", "data_before_template", datagrams(netflow9(flow_set(256, ROUTER_DATA)),
                                                    netflow9(v9_template(template(256, ROUTER)))))
write("netflow9", "events", datagrams(netflow9(v9_template(template(260, NAT), template(261, ASA)), flow_set(260, bytes(43)),
                                               flow_set(261, bytes(range(40))))))
write("netflow9", "mixed", datagrams(netflow9(v9_template(template(256, MIXED)), flow_set(256, bytes(range(120))))))
write("netflow9", "options", datagrams(
    netflow9(v9_options(300, [(1, 4)], [(48, 1), (49, 1), (50, 4)]), flow_set(300, struct.pack(">IBBI", 0, 1, 2, 1000)),
             v9_options(301, [(2, 4)], [(34, 4), (82, 8)]), flow_set(301, struct.pack(">II8s", 1, 100, b"Gi0/0")),
             v9_template(template(256, ROUTER + [(48, 1)])), flow_set(256, ROUTER_DATA + b"\1"))))

VARIABLE = [(11, 2), (96, 65535), (1, 65535), (291, 65535), (3, 65535, 35632)]
BIFLOW = [(8, 4), (12, 4), (1, 8), (2, 8), (1, 8, 29305), (2, 8, 29305), (152, 8), (153, 8)]
FRAME = [(10, 4), (61, 1), (312, 2), (315, 65535)]
ETHERNET = bytes.fromhex("020000000002020000000001080045000064000000004011000" "0c0000201c63364011388003500500000")
write("ipfix", "router", datagrams(ipfix(flow_set(2, template(256, ROUTER)), flow_set(256, ROUTER_DATA * 2))))
write("ipfix", "variable", datagrams(ipfix(flow_set(2, template(256, VARIABLE)), flow_set(
    256, b"\0\x50\4http\2\1\0\3abc\0" + b"\0\x51\xff\0\3dns\1\7\0\0"))))
write("ipfix", "biflow", datagrams(ipfix(flow_set(2, template(256, BIFLOW)), flow_set(
    256, struct.pack(">IIQQQQQQ", 1, 2, 100, 1, 200, 2, NOW * 1000 - 5, NOW * 1000 - 1)))))
write("ipfix", "frame", datagrams(ipfix(flow_set(2, template(256, FRAME)), flow_set(
    256, struct.pack(">IBHB", 7, 0, 118, len(ETHERNET)) + ETHERNET))))
write("ipfix", "options", datagrams(ipfix(
    ipfix_options(300, 1, [(302, 4), (305, 4), (306, 4)]), flow_set(300, struct.pack(">III", 1, 1, 999)),
    ipfix_options(301, 1, [(149, 4), (160, 8)]), flow_set(301, struct.pack(">IQ", 5, NOW * 1000 - 1_000_000)),
    ipfix_options(302, 1, [(95, 4), (96, 65535)]), flow_set(302, struct.pack(">I", 13 << 24 | 9) + b"\3web"),
    flow_set(2, template(256, ROUTER + [(302, 4)])), flow_set(256, ROUTER_DATA + struct.pack(">I", 1)))))
write("ipfix", "withdrawals", datagrams(ipfix(
    flow_set(2, template(256, [(1, 4)])), flow_set(2, struct.pack(">HH", 256, 0)), flow_set(2, struct.pack(">HH", 2, 0)),
    flow_set(3, struct.pack(">HH", 3, 0)))))
write("ipfix", "times", datagrams(ipfix(flow_set(2, template(256, [
    (150, 4), (152, 8), (154, 8), (156, 8), (158, 4), (161, 4), (22, 4), (160, 8), (325, 8)])), flow_set(256, bytes(range(60))))))

write("flow_plan", "router", b"\0" + template(256, ROUTER) + ROUTER_DATA * 2)
write("flow_plan", "mixed", b"\1" + template(256, MIXED) + bytes(range(120)))
write("flow_plan", "biflow", b"\1" + template(256, BIFLOW) + bytes(range(112)))
write("flow_plan", "nat", b"\0" + template(256, NAT + ASA) + bytes(range(90)))

KEY = struct.pack(">QQHHBI", 0, 0xFFFF_C000_0201, 50000, 2055, 8, 0)
KEY9 = struct.pack(">QQHHBI", 0, 0xFFFF_C000_0201, 50000, 2055, 4, 3)
write("decoder_state", "templates", entry(1, KEY + struct.pack(">QB", NOW * 1000, 0) + template(256, BIFLOW)) + entry(
    1, KEY9 + struct.pack(">QB", NOW * 1000, 1) + struct.pack(">HHH", 300, 4, 8) + fields([(1, 4), (48, 1), (50, 4)])))
write("decoder_state", "facts", entry(2, KEY + struct.pack(">QBQQ", NOW * 1000, 2, 1, 1000) + struct.pack(">BQH", 6, 7, 5) + b"Te0/7" +
                                      struct.pack(">BQQ", 10, 0, NOW * 1000)))
