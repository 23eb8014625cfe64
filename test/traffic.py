"""Known traffic: conversations of known sizes, written as a capture file that real exporters read.

What an exporter must tell of it is computed here, from the same packets, so that totals can be compared to the byte.
"""
import collections
import ipaddress
import random
import struct

TCP, UDP, ICMP = 6, 17, 1
Key = collections.namedtuple("Key", "src_addr dst_addr src_port dst_port proto")
Packet = collections.namedtuple("Packet", "time key flags payload")


def conversations(seed, count, ipv6=True, icmp=False):
    """`count` conversations of 2 to 40 packets each way, their packets mixed in time over about 20 seconds."""
    chance = random.Random(seed)
    packets = []
    for number in range(count):
        v6 = ipv6 and number % 3 == 2
        key = Key(address(chance, v6, 64), address(chance, v6, 120), 20_000 + number,
                  chance.choice([22, 25, 53, 80, 443, 8080, 8443]), TCP if number % 4 else UDP)
        if icmp and number % 10 == 9 and not v6:
            key = key._replace(proto=ICMP, src_port=0, dst_port=0)
        packets += conversation(chance, key)
    packets.sort()
    return packets


def address(chance, v6, network):
    """One of a few addresses of a documentation network, so that sums over several conversations are asked for too."""
    host = chance.randrange(1, 30)
    return f"2001:db8:{network:x}::{host:x}" if v6 else f"192.0.2.{network + host}"


def conversation(chance, key):
    there, back = key, Key(key.dst_addr, key.src_addr, key.dst_port, key.src_port, key.proto)
    at = chance.uniform(0, 5)
    out = []
    length = chance.randrange(4, 80)
    for number in range(length):
        at += chance.uniform(0.001, 0.15)
        flags = 0
        if key.proto == TCP:
            flags = 0x02 if number == 0 else 0x12 if number == 1 else 0x11 if number >= length - 2 else 0x18
        out.append(Packet(at, back if number % 2 else there, flags, chance.randrange(0, 1400)))
    return out


def ip_length(packet):
    """The length of the IP packet, which is what exporters count as bytes."""
    header = 40 if ":" in packet.key.src_addr else 20
    return header + {TCP: 20, UDP: 8, ICMP: 8}[packet.key.proto] + packet.payload


def totals(packets):
    """Key -> [bytes, packets]: what a faithful exporter tells of these packets in all."""
    out = collections.defaultdict(lambda: [0, 0])
    for packet in packets:
        out[packet.key][0] += ip_length(packet)
        out[packet.key][1] += 1
    return dict(out)


def write_pcap(path, packets, start):
    """An Ethernet capture whose first second is `start` (seconds since the epoch)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for packet in packets:
            data = frame(packet)
            at = start + packet.time
            file.write(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(data), len(data)) + data)


def frame(packet):
    key = packet.key
    source, destination = ipaddress.ip_address(key.src_addr), ipaddress.ip_address(key.dst_addr)
    body = transport(packet)
    pseudo = source.packed + destination.packed + struct.pack(">II", len(body), key.proto)
    if key.proto == ICMP:
        body = body[:2] + struct.pack(">H", checksum(body)) + body[4:]
    else:
        at = 16 if key.proto == TCP else 6
        body = body[:at] + struct.pack(">H", checksum(pseudo + body) or 0xFFFF) + body[at + 2:]
    if source.version == 4:
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0x4000, 64, key.proto, 0, source.packed,
                           destination.packed)
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    else:
        head = struct.pack(">IHBB16s16s", 0x60000000, len(body), key.proto, 64, source.packed, destination.packed)
    kind = b"\x08\x00" if source.version == 4 else b"\x86\xdd"
    return b"\x02\x00\x00\x00\x00\x02" + b"\x02\x00\x00\x00\x00\x01" + kind + head + body


def transport(packet):
    key, payload = packet.key, bytes(packet.payload)
    if key.proto == TCP:
        return struct.pack(">HHIIBBHHH", key.src_port, key.dst_port, 1, 1, 0x50, packet.flags, 65_535, 0, 0) + payload
    if key.proto == UDP:
        return struct.pack(">HHHH", key.src_port, key.dst_port, 8 + len(payload), 0) + payload
    return struct.pack(">BBHHH", 8, 0, 0, 1, 1) + payload


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
