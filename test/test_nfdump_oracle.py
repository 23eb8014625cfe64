"""nfdump as an oracle: the same export packets into nfcapd and into Weir; their answers agree to the byte."""
import csv
import io
import random
import time

import exporters
from harness import Sender, TestCase
from netflow import Exporter9, record

# nfdump's statistic, its order, and Weir's dimension.
STATISTICS = [
    ("srcip", "bytes", "src_addr"), ("dstip", "packets", "dst_addr"), ("srcport", "flows", "src_port"),
    ("dstport", "bytes", "dst_port"), ("proto", "packets", "proto"), ("srcas", "bytes", "src_as"),
    ("dstas", "packets", "dst_as"), ("inif", "bytes", "in_if"), ("outif", "flows", "out_if"), ("srctos", "bytes", "tos"),
    ("nhip", "bytes", "next_hop"),
]
# Where Weir's words are nfdump's, the text is the same for both.
FILTERS = [
    # Addresses and networks.
    "src net 192.0.2.0/24 and dst port in [80 443] and proto tcp",
    "dst host 198.51.100.7",
    "net 2001:db8:1::/48",
    "host 192.0.2.9 and not proto icmp",
    "ip 198.51.100.3",
    "src ip 192.0.1.5 or dst ip 198.51.100.5",
    "ip in [192.0.2.1 192.0.2.2 198.51.100.4]",
    "src ip in [192.0.1.0/24 192.0.3.7]",
    "not ip in [198.51.100.1 198.51.100.2]",
    "net 192.0.2.0/25",
    "dst net 198.51.100.8/29",
    "src net 192.0.2.0 255.255.255.0",
    "src ip 2001:db8:0::7 or src ip 2001:db8:2::3",
    "inet6",
    "inet",
    # Ports and protocols.
    "port 53",
    "src port > 40000",
    "dst port < 100",
    "proto udp and src port > 40000",
    "port in [22 123 8080]",
    "not (port 53 or port 443)",
    "proto 47",
    "proto icmp or proto gre",
    "not proto tcp",
    "proto udp and dst port 53 or proto tcp and dst port 22",
    # TCP flags.
    "flags S and not flags A",
    "flags SA",
    "proto tcp and not flags SF",
    "flags = 18",
    "flags R or flags F",
    # Interfaces and routing. (nfdump 1.7.1 takes AS numbers in filters only beside a geo data base.)
    "if 4",
    "in if 3",
    "out if 2 and src port < 5000",
    "in if 1 or in if 2 or out if 7",
    "next ip 203.0.113.2",
    "next ip in [203.0.113.1 203.0.113.4]",
    # Counters, durations and rates.
    "bytes > 100000",
    "bytes > 1m and packets < 5000",
    "packets < 5 and tos 8",
    "packets = 2",
    "duration > 5000",
    "duration = 0",
    "duration < 900 and proto tcp",
    "bps > 1000000",
    "pps > 100",
    "bpp < 100",
    "bpp > 1400 or pps < 1",
    # What joins them.
    "tos 184",
    "src tos 40",
    "(proto tcp or proto udp) and not (dst port 80 or dst port 443)",
    "not (not (src net 192.0.1.0/24))",
    "proto tcp and (flags S or flags R) and bytes < 10k # a comment",
]


def flows(count):
    chance = random.Random(11)
    for _ in range(count):
        version = 6 if chance.random() < 0.2 else 4
        proto = chance.choice([6, 6, 6, 17, 17, 1, 47])
        ports = proto in (6, 17)
        packets = int(chance.paretovariate(0.7)) % 1_000_000 + 1
        yield version, record(
            src_addr=f"2001:db8:{chance.randrange(3)}::{chance.randrange(1, 20):x}" if version == 6
            else f"192.0.{chance.randrange(1, 4)}.{chance.randrange(1, 30)}",
            dst_addr=f"2001:db8:{chance.randrange(3)}::{chance.randrange(1, 20):x}" if version == 6
            else f"198.51.100.{chance.randrange(1, 20)}",
            src_port=chance.randrange(1024, 65_536) if ports else 0,
            dst_port=chance.choice([22, 53, 80, 123, 443, 8080]) if ports else 0, proto=proto,
            tos=chance.choice([0, 0, 8, 40, 184]), tcp_flags=chance.choice([2, 18, 24, 27, 4]) if proto == 6 else 0,
            bytes=packets * chance.randrange(40, 1500), packets=packets, in_if=chance.randrange(1, 9),
            out_if=chance.randrange(1, 9), src_as=chance.choice([0, 65001, 65002, 4_200_000_001]),
            dst_as=chance.choice([0, 65001, 65002, 64500]), next_hop=f"203.0.113.{chance.randrange(1, 5)}",
            ago_ms=chance.randrange(0, 20_000), duration_ms=chance.choice([0, 10, 900, 4999, 5000, 5001, 30_000]))


class NfdumpOracle(TestCase):
    COUNT = 5000

    def setUp(self):
        super().setUp()
        self.need("nfcapd", "nfdump")
        collector = exporters.Nfcapd(self.directory / "nfcapd")
        self.addCleanup(collector.kill)
        self.weir_process = self.weir()
        senders = [Sender(collector.port), Sender(self.weir_process.port)]
        for sender in senders:
            self.addCleanup(sender.close)
        exporter = Exporter9()
        pending = {4: [], 6: []}
        self.send(senders, exporter.template())
        for version, one in flows(self.COUNT):
            pending[version].append(one)
            if len(pending[version]) == 15:
                self.send(senders, exporter.data(*pending[version], version=version))
                pending[version] = []
        for version, left in pending.items():
            if left:
                self.send(senders, exporter.data(*left, version=version))
        self.weir_process.wait_for_flows(self.COUNT)
        self.file = collector.stop()

    @staticmethod
    def send(senders, datagram):
        for sender in senders:
            sender.send(datagram)
        time.sleep(0.001)

    def table(self, *arguments):
        """nfdump's CSV: its rows as lists (the names of their columns change with the order), and its summary."""
        out = exporters.run(["/usr/bin/nfdump", "-r", self.file, "-N", "-o", "csv", *arguments])
        body, _, summary = out.partition("Summary")
        return list(csv.reader(io.StringIO(body.strip())))[1:], next(csv.DictReader(io.StringIO(summary.strip())))

    def test_top_n_and_filters(self):
        for statistic, order, dimension in STATISTICS:
            with self.subTest(f"-s {statistic}/{order}"):
                self.hold_statistic(statistic, order, dimension)
        for text in FILTERS:
            with self.subTest(text):
                self.hold_filter(text)
        self.note(f"{len(STATISTICS)} statistics and {len(FILTERS)} filters over {self.COUNT} flows agree to the byte")

    def hold_statistic(self, statistic, order, dimension):
        theirs, _ = self.table("-s", f"{statistic}/{order}", "-n", "0")
        expected = {value: (int(octets), int(packets), int(count))
                    for _, _, _, _, value, count, _, packets, _, octets, *_ in theirs}
        ours = self.weir_process.rows(by=[dimension], metric=order)
        got = {text_of(row[dimension]): (int(row["bytes"]), int(row["packets"]), int(row["flows"])) for row in ours}
        self.assertEqual(expected, got)
        # And the first ten are the first ten: the same figures in the same order (equal ones may change places).
        place = ("bytes", "packets", "flows").index(order)
        largest = sorted((sums[place] for sums in expected.values()), reverse=True)[:10]
        self.assertEqual(largest, [int(row[order]) for row in self.weir_process.rows(by=[dimension], metric=order, top=10)])

    def hold_filter(self, text):
        _, summary = self.table(text)
        expected = {name: int(summary[name]) for name in ("flows", "bytes", "packets")}
        self.assertGreater(expected["flows"], 0, "the filter must find something, or it shows nothing")
        self.assertLess(expected["flows"], self.COUNT, "the filter must leave something out")
        self.assertEqual(expected, self.weir_process.sums(text))


def text_of(value):
    """Weir tells an unknown value as null; nfdump as zero."""
    return "0" if value is None else str(value)
