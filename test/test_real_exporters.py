"""Exporters that others wrote, exporting known traffic to a running Weir: totals match what was sent, to the byte."""
import collections
import time

import exporters
import traffic
from harness import TestCase

BY = ("src_addr", "dst_addr", "src_port", "dst_port", "proto")


class RealExporters(TestCase):
    def setUp(self):
        super().setUp()
        self.pcap = self.directory / "traffic.pcap"
        self.packets = traffic.conversations(seed=7, count=90)
        traffic.write_pcap(self.pcap, self.packets, time.time() - 60)

    def expected(self, ipv6):
        wanted = traffic.totals(self.packets)
        return {key: tuple(value) for key, value in wanted.items() if ipv6 or ":" not in key.src_addr}

    def hold(self, weir, expected, protocol, records=None):
        """What Weir tells by conversation and direction must be what was in the packets."""
        weir.wait_for_flows(records or len(expected))
        weir.stop()  # commits all that was received, so that what is told is final
        answer = self.weir().rows(by=BY)
        got = {}
        for row in answer:
            key = traffic.Key(row["src_addr"], row["dst_addr"], int(row["src_port"]), int(row["dst_port"]), int(row["proto"]))
            got[key] = (int(row["bytes"]), int(row["packets"]))
        self.maxDiff = 2000
        self.assertEqual(expected, got)
        self.note(f"{protocol}: {len(got)} conversations, {sum(b for b, _ in got.values())} bytes, "
                  f"{sum(p for _, p in got.values())} packets, all equal")

    def export(self, protocol, send, ipv6=True, records=None):
        weir = self.weir()
        send(weir.port)
        self.hold(weir, self.expected(ipv6), protocol, records)

    def test_softflowd_netflow5(self):
        self.need("softflowd")
        self.export("NetFlow v5", lambda port: exporters.softflowd(self.directory, self.pcap, port, 5), ipv6=False)

    def test_softflowd_netflow9(self):
        self.need("softflowd")
        self.export("NetFlow v9", lambda port: exporters.softflowd(self.directory, self.pcap, port, 9))

    def test_softflowd_ipfix(self):
        self.need("softflowd")
        self.export("IPFIX", lambda port: exporters.softflowd(self.directory, self.pcap, port, 10))

    def test_pmacct_nfprobe_netflow5(self):
        self.need("pmacctd")
        self.export("NetFlow v5", lambda port: exporters.nfprobe(self.directory, self.pcap, port, 5), ipv6=False)

    def test_pmacct_nfprobe_netflow9(self):
        self.need("pmacctd")
        self.export("NetFlow v9", lambda port: exporters.nfprobe(self.directory, self.pcap, port, 9))

    def test_pmacct_nfprobe_ipfix(self):
        self.need("pmacctd")
        self.export("IPFIX", lambda port: exporters.nfprobe(self.directory, self.pcap, port, 10))

    def test_pmacct_sfprobe(self):
        """Every packet is sampled (1 in 1), so the samples come to the very totals."""
        self.need("pmacctd")
        weir = self.weir()
        exporter = exporters.Sfprobe(self.directory, self.pcap, weir.port)
        self.addCleanup(exporter.kill)
        weir.wait_for_flows(len(self.packets) - 10)
        exporter.kill()
        time.sleep(0.5)  # what is in the socket is decoded
        self.packets = self.packets[:weir.total("weir_exporter_flows_total")]  # samples come in the order of the packets
        self.hold(weir, self.expected(ipv6=True), "sFlow v5", len(self.packets))

    def replay(self, version, ipv6):
        """nfcapd keeps what softflowd exports; nfreplay exports that again."""
        self.need("softflowd", "nfcapd", "nfreplay")
        collector = exporters.Nfcapd(self.directory / "nfcapd")
        self.addCleanup(collector.kill)
        exporters.softflowd(self.directory, self.pcap, collector.port, 9)
        file = collector.stop()
        self.export(f"NetFlow v{version}", lambda port: exporters.nfreplay(file, port, version), ipv6)

    def test_nfreplay_netflow9(self):
        self.replay(9, ipv6=True)

    def test_nfreplay_netflow5(self):
        self.replay(5, ipv6=False)


class Times(TestCase):
    def test_flows_lie_where_the_packets_were(self):
        """softflowd's sysUptime-relative times give the flow's own minute, not the minute it was exported in."""
        self.need("softflowd")
        pcap = self.directory / "traffic.pcap"
        start = time.time() - 600
        packets = traffic.conversations(seed=8, count=20)
        traffic.write_pcap(pcap, packets, start)
        ends = collections.defaultdict(float)
        for packet in packets:
            ends[packet.key] = max(ends[packet.key], start + packet.time)
        weir = self.weir()
        exporters.softflowd(self.directory, pcap, weir.port, 9)
        weir.wait_for_flows(len(ends))
        first, last = min(ends.values()), max(ends.values())
        # The header's clock has whole seconds (RFC 3954 section 5.1), cut off: times come up to a second early, never late.
        inside = weir.sums(start=int(first * 1000) - 1050, end=int(last * 1000) + 50)
        self.assertEqual(len(ends), inside["flows"])
        self.assertEqual(0, weir.sums(start=int(last * 1000) + 50, end="now")["flows"])
