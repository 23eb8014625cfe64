"""Flows and the BMP or BGP feed of the same routers, as pmacct's own tests have them: enriched as pmacct enriched them."""
import collections
import json
import shutil
import socket
import struct
import subprocess
import threading
import time
import unittest

from harness import SHARED_DATA, TestCase, free_port, wait_until

# How the routes come, and the loopback address that plays each router: by the address it exports flows from, and by the
# address it speaks BMP or BGP from.
CASES = {
    "pm_401": ("bmp", {"fd25::101": "127.0.40.1", "fd25::102": "127.0.40.2"},
               {"2001:db8:90::1": "127.0.40.1", "2001:db8:91::1": "127.0.40.2"}),
    "pm_403": ("bmp", {"fd25::101": "127.0.40.3"}, {"2001:db8:90::1": "127.0.40.3"}),
    "pm_500": ("bgp", {"172.21.1.101": "127.0.40.4"}, {"198.51.100.54": "127.0.40.4"}),
    "pm_501": ("bgp", {"fd25::101": "127.0.40.5"}, {"2001:db8:90::1": "127.0.40.5"}),
}


# Where Weir says otherwise, and why. In 403 the router also told the Adj-RIB-In of a customer, 169.254.0.1, with another
# route to this address; pmacct took the one told last, Weir takes the Loc-RIB, which is what the router itself forwards by.
OTHERWISE = {"pm_403": {("192.0.2.12", "192.0.2.110", "64496 4226809909 65000")}}


def tshark(file, display_filter, *fields):
    """Rows of fields of a capture's packets."""
    words = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(["tshark", "-n", "-r", file, "-Y", display_filter, "-T", "fields", *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=True)
    return [line.split("\t") for line in done.stdout.splitlines() if line.strip()]


def streams(file):
    """The octets that each (source, stream) sent over TCP, in order of their sequence numbers."""
    pieces = collections.defaultdict(dict)
    for source4, source6, stream, sequence, payload in tshark(file, "tcp.len > 0", "ip.src", "ipv6.src", "tcp.stream", "tcp.seq",
                                                             "tcp.payload"):
        pieces[source4 or source6, stream][int(sequence)] = bytes.fromhex(payload.replace(":", ""))
    out = {}
    for key, by_sequence in pieces.items():
        octets, end = b"", None
        for sequence in sorted(by_sequence):
            piece = by_sequence[sequence]
            if end is not None and sequence < end:
                piece = piece[end - sequence:]
            octets += piece
            end = max(end or 0, sequence + len(by_sequence[sequence]))
        out[key] = octets
    return out


def bgp_messages(octets):
    while len(octets) >= 19:
        length = struct.unpack(">H", octets[16:18])[0]
        yield octets[18], octets[:length]
        octets = octets[length:]


class Feed(threading.Thread):
    """Plays a router's side of a captured session, and keeps it open."""

    def __init__(self, to, source, octets, kind):
        super().__init__(daemon=True)
        self.octets, self.kind = octets, kind
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        self.socket.connect(to)
        self.socket.settimeout(20)
        self.start()

    def run(self):
        try:
            if self.kind == "bmp":
                self.socket.sendall(self.octets)
                return
            messages = list(bgp_messages(self.octets))
            self.socket.sendall(next(message for kind, message in messages if kind == 1))
            self.socket.recv(4096)  # Weir's OPEN
            self.socket.sendall(b"\xff" * 16 + struct.pack(">HB", 19, 4))
            for kind, message in messages:
                if kind == 2:
                    self.socket.sendall(message)
        except OSError:
            pass


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class PmacctEnriched(TestCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        if not (SHARED_DATA / "bgp").is_dir():
            self.skipTest("the captures are not beside the project (../shared/data)")

    def weir_with(self, kind, sources, port):
        if kind == "bmp":
            routes = f"  bmp:\n    listen: [127.0.0.1:{port}]\n"
        else:
            peers = "".join(f"      - {{address: {address}, passive: true, families: [ipv4-unicast, ipv6-unicast, ipv4-vpn, ipv6-vpn]}}\n"
                            for address in sources.values())
            routes = f"  bgp:\n    as: {self.local_as}\n    router_id: 127.0.0.1\n    listen: [127.0.0.1:{port}]\n    peers:\n{peers}"
        config = self.directory / "weir.yaml"
        config.write_text("decode:\n  inner_addresses: true\nroutes:\n" + routes)
        return self.weir("--config", str(config))

    def play(self, name):
        kind, sources, speakers = CASES[name]
        number = name.removeprefix("pm_")
        feeds = sorted(SHARED_DATA.glob(f"bgp/pmacct+pmacct__tests__{number}-*traffic-*.pcap"))
        self.assertTrue(feeds)
        port = free_port(socket.SOCK_STREAM)
        told = [(source, octets) for feed in feeds for (source, _), octets in streams(feed).items() if source in speakers]
        if kind == "bgp":
            opens = [message for feed in feeds for (source, _), octets in streams(feed).items() if source not in speakers
                     for message_kind, message in bgp_messages(octets) if message_kind == 1]
            self.local_as = struct.unpack(">H", opens[0][20:22])[0] if opens else 64512
        weir = self.weir_with(kind, sources, port)
        for source, octets in told:
            feed = Feed(("127.0.0.1", port), speakers[source], octets, kind)
            self.addCleanup(feed.socket.close)
        wait_until(lambda: weir.total("weir_rib_routes") > 0, "routes")
        self.settle(lambda: weir.total("weir_rib_routes"))
        captures = sorted(SHARED_DATA.glob(f"flows/pcap/{name}_*.pcap"))
        self.assertEqual(len(captures), len(sources))
        for flows, source in zip(captures, sources.values()):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.bind((source, 0))
                for number, (payload,) in enumerate(tshark(flows, "udp", "udp.payload"), 1):
                    sender.sendto(bytes.fromhex(payload.replace(":", "")), ("127.0.0.1", weir.port))
                    if number % 50 == 0:
                        time.sleep(0.01)
        self.settle(lambda: weir.total("weir_store_flows_total"))
        return weir, sources

    @staticmethod
    def settle(read):
        last, since, end = read(), time.monotonic(), time.monotonic() + 30
        while time.monotonic() < end and time.monotonic() - since < 1.5:
            time.sleep(0.2)
            now = read()
            if now != last:
                last, since = now, time.monotonic()

    def check(self, name):
        weir, sources = self.play(name)
        by = ["exporter", "src_addr", "dst_addr", "src_port", "dst_port", "in_if", "as_path", "communities", "route_distinguisher",
              "dst_mask"]
        ours = collections.defaultdict(set)
        for row in weir.rows(by=by):
            key = (row["exporter"], row["src_addr"], row["dst_addr"], row["src_port"] or 0, row["dst_port"] or 0, row["in_if"])
            standard = [word for word in (row["communities"] or "").split() if word.count(":") == 1 and word[0].isdigit()]
            ours[key].add((row["as_path"] or "", " ".join(standard), row["route_distinguisher"] or ""))
        compared = enriched = otherwise = 0
        wrong = []
        for file in sorted((SHARED_DATA / "flows/expected/pmacct").glob(f"{name}_*.json")):
            for line in file.read_text().splitlines():
                flow = json.loads(line) if line.strip() else None
                if not flow:
                    continue
                key = (sources[flow["peer_ip_src"]], flow["ip_src"], flow["ip_dst"], flow["port_src"], flow["port_dst"],
                       flow["iface_in"])
                path = flow["as_path"] if isinstance(flow["as_path"], list) else flow["as_path"].split("_")
                communities = flow["comms"] if isinstance(flow["comms"], list) else flow["comms"].split("_")
                theirs = (" ".join(path), " ".join(communities))
                compared += 1
                enriched += bool(theirs[0])
                paths = {found[:2] for found in ours.get(key, ())}
                if theirs not in paths and any((key[1], key[2], path) in OTHERWISE.get(name, ()) for path, _ in paths):
                    otherwise += 1
                elif theirs not in paths:
                    wrong.append((key, theirs, flow["mpls_vpn_rd"], sorted(ours.get(key, ()))))
        self.notes.append(f"{name}: {compared} flows compared, {enriched} of them enriched, {otherwise} otherwise for "
                          f"a reason, {len(wrong)} differ")
        self.assertGreater(enriched, 0)
        self.assertEqual(wrong, [])
        self.assertEqual(otherwise > 0, name in OTHERWISE)

    def test_401_bmp_two_routers_vpn(self):
        self.check("pm_401")

    def test_403_bmp_loc_rib_vrf(self):
        self.check("pm_403")

    def test_500_bgp_vpnv4(self):
        self.check("pm_500")

    def test_501_bgp_vpn_mpls(self):
        self.check("pm_501")
