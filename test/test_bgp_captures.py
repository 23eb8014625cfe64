"""Captures of BGP and BMP: what bgp/wire/ decodes equals what tshark, NetGauze, pmacct and tcpdump decode.

bgp_dump (built with the unit tests) prints what Weir's codec makes of a capture.
"""
import functools
import json
import pathlib
import re
import subprocess
import unittest
from collections import Counter, defaultdict

import bgp_oracles as oracles
from harness import SHARED_DATA, WEIR

DATA = SHARED_DATA / "bgp"
BGP_DUMP = pathlib.Path(WEIR).parent / "bgp_dump"

# Captures in which a message is broken on purpose: what Weir says of it, as RFC 7606 wants it.
BROKEN = {
    "bgp-addpath": "MP_REACH_NLRI: flags that conflict with its specification",
    "bgp-infinite-loop": "message type 2 of 19 octets",
    "bgp-ub": "the marker is not all ones",
}
# Captures whose snapshot length or IP lengths leave no whole message; tshark finds none either.
NOTHING_WHOLE = ("bgp_capabilities_print-oobr", "bgp_mvpn_6_and_7_oobr", "bgp_pmsi_tunnel-oobr")
# BMP version 4 of a draft, which Weir refuses.
BMP_4 = ("stateless",)


@functools.cache
def dump(file):
    done = subprocess.run([BGP_DUMP, DATA.parent / file], capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@functools.cache
def heard(file, like_pmacct=False):
    return oracles.of_weir(dump(file), like_pmacct)


def name_of(file, names):
    return next((name for name in names if name in file), None)


@unittest.skipUnless(DATA.is_dir(), f"no captures at {DATA}")
class BgpCaptures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.captures = json.loads((DATA / "captures.json").read_text())
        assert len(cls.captures) >= 50, len(cls.captures)

    def expected(self, word):
        """(capture, path) of every expected output whose name holds `word`."""
        for capture in self.captures:
            for path in capture["expected"]:
                if word in path:
                    yield capture["file"], DATA.parent / path

    def equal(self, ours, theirs, what):
        lines = oracles.difference(ours, theirs)
        self.assertFalse(lines, what + ":\n" + "\n".join(lines))

    def test_tshark(self):
        compared = routes = 0
        for file, path in self.expected("__tshark_"):
            with self.subTest(file):
                if name_of(file, BROKEN) or name_of(file, NOTHING_WHOLE):
                    continue
                ours, theirs = heard(file), oracles.of_tshark(path)
                # tshark 4.0 writes a format string in place of every VPN-IPv6 route.
                keep = lambda route: not oracles.is_vpn6(route)
                self.equal(oracles.limited(ours.announced, oracles.standard, keep),
                           oracles.limited(theirs.announced, oracles.standard), "announced")
                self.equal(Counter({r: n for r, n in ours.withdrawn.items() if keep(r)}), theirs.withdrawn, "withdrawn")
                if "msg-variations" not in file:  # three segments of one number, which tshark takes for one sent again
                    self.equal(ours.kinds, theirs.kinds, "messages")
                self.assertEqual(ours.malformed, 0)
                compared += 1
                routes += sum(theirs.announced.values())
        self.assertGreaterEqual(compared, 35)
        self.assertGreater(routes, 2500)

    def test_netgauze(self):
        compared = routes = 0
        for file, path in list(self.expected("netgauze")) + list(self.expected("NetGauze__assets")):
            if "tshark" in str(path):
                continue
            with self.subTest(file):
                ours, theirs = heard(file), oracles.of_netgauze(path)
                told = lambda c: oracles.standard(c) and not c.startswith("rt:") or oracles.large(c)
                announced = oracles.limited(ours.announced, told)
                only_theirs = oracles.limited(theirs.announced, told) - announced
                self.assertFalse(only_theirs)
                if "multiple-sessions" in file:  # NetGauze's output has some of the connections
                    continue
                if theirs.malformed == 0:
                    self.equal(announced, oracles.limited(theirs.announced, told), "announced")
                    self.equal(ours.kinds, theirs.kinds, "messages")
                self.equal(ours.withdrawn, theirs.withdrawn, "withdrawn")
                self.assertEqual(ours.malformed, 0)
                compared += 1
                routes += sum(theirs.announced.values())
        self.assertGreaterEqual(compared, 14)
        self.assertGreater(routes, 2500)

    def test_pmacct(self):
        """One output for all captures of a test."""
        ours, files = defaultdict(oracles.Heard), defaultdict(set)
        for capture in self.captures:
            if "pmacct" not in capture["file"]:
                continue
            test = capture["file"].split("__")[2]
            ours[test] += heard(capture["file"], like_pmacct=True)
            files[test] |= {path for path in capture["expected"] if "__output-" in path and "__scenario-" not in path}
        compared = 0
        for test, paths in files.items():
            with self.subTest(test):
                if not paths:
                    continue
                theirs = oracles.of_pmacct(sorted(DATA.parent / path for path in paths))
                told = lambda c: oracles.standard(c) or oracles.large(c)
                self.equal(oracles.limited(ours[test].announced, told), oracles.limited(theirs.announced, told), "announced")
                # pmacct does not tell of a withdrawal of what it does not hold.
                self.assertFalse(theirs.withdrawn - ours[test].withdrawn)
                compared += 1
        self.assertGreaterEqual(compared, 10)

    def test_tcpdump(self):
        """Every prefix that tcpdump prints of an update that is sound."""
        compared = 0
        for file, path in self.expected("the-tcpdump-group+tcpdump__tests"):
            if not path.suffix == ".out" or name_of(file, BROKEN) or name_of(file, NOTHING_WHOLE):
                continue
            with self.subTest(file):
                shown = set(re.findall(r"(?:^\t +|, )([0-9a-f.:]+/\d+)(?:,|$|  )", path.read_text(), re.M))
                ours = {route[0] for route in list(heard(file).announced) + list(heard(file).withdrawn)}
                self.assertEqual({oracles.network(p) for p in shown}, ours)
                compared += len(ours)
        self.assertGreater(compared, 20)

    def test_broken_on_purpose(self):
        for name, error in BROKEN.items():
            with self.subTest(name):
                file = next(c["file"] for c in self.captures if name in c["file"])
                self.assertIn(error, [message.get("error") for message in dump(file)])

    def test_versions_of_bmp_that_are_none(self):
        for capture in self.captures:
            if name_of(capture["file"], BMP_4):
                with self.subTest(capture["file"]):
                    self.assertEqual(dump(capture["file"]), [])

    def test_words_of_notifications(self):
        texts = {message["text"] for c in self.captures for message in dump(c["file"]) if message["kind"] == "notification"}
        self.assertLessEqual({
            "Cease: BFD Down",
            "Cease: Administrative Shutdown: This is a test of the shutdown communication system.",
            "Cease: Administrative Reset: 0123456789",
            "Cease: Administrative Reset",
            "ROUTE-REFRESH Message Error: Invalid Message Length",
        }, texts)


if __name__ == "__main__":
    unittest.main()
