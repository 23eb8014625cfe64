"""Captures of export datagrams, as tcpdump beside a collector leaves them."""
import struct


def write(path, messages, source="192.0.2.254", collector="192.0.2.253"):
    """`messages` are (seconds since the epoch, UDP payload); the capture has raw IPv4 packets to port 2055."""
    addresses = bytes(int(part) for part in f"{source}.{collector}".split("."))
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 101))
        for at, payload in messages:
            packet = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 1, 0, 64, 17, 0) + addresses
            packet += struct.pack(">HHHH", 40_000, 2055, 8 + len(payload), 0) + payload
            file.write(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(packet), len(packet)) + packet)
    return path
