"""`weir demo`: a network that moves within ten seconds, with the last day already there."""
import json
import time

import browser
from harness import TestCase, wait_until


class Page(TestCase):
    def test_the_first_page_moves(self):
        """What a person sees: router names and figures, within ten seconds of the start, and other figures later."""
        self.need("chromium")
        began = time.monotonic()
        weir = self.weir(command="demo")
        with browser.Browser() as chromium:
            page = browser.Tab(chromium)
            page.open(weir.url + "/")
            first = wait_until(lambda: self.shows_flows(page), "routers on the page", limit=20, every=0.2)
            self.assertLess(time.monotonic() - began, 10)
            wait_until(lambda: (self.shows_flows(page) or first) != first, "the figures to move", limit=15, every=0.5)
            self.assertNotIn("undefined", page.text())
            self.assertNotIn("NaN", page.text())

    def shows_flows(self, page):
        text = page.text()
        return text if "AIMS-PCCW" in text and "CX2-MYIX" in text else None


class Demo(TestCase):
    def test_it_moves_and_has_a_past(self):
        began = time.monotonic()
        weir = self.weir(command="demo", ready=30)
        ready = time.monotonic() - began
        wait_until(lambda: weir.sums(start="-1m")["flows"] > 0, "flows of the last minute", limit=20)
        moving = time.monotonic() - began
        self.assertLess(moving, 10, "the first page moves within ten seconds")
        first = weir.total("weir_exporter_flows_total")
        time.sleep(3)
        self.assertGreater(weir.total("weir_exporter_flows_total"), first, "flows go on coming in")
        self.hold_routers(weir)
        self.hold_history(weir)
        self.hold_attacks(weir)
        self.note(f"ready after {ready:.1f} s, moving after {moving:.1f} s")
        self.assertEqual(0, weir.stop())

    def hold_routers(self, weir):
        """All protocols over UDP; names, interfaces and regions of the simulated provider."""
        rows = wait_until(lambda: self.named(weir), "all routers and protocols", limit=20, every=0.5)
        self.assertTrue({"AIMS-PCCW", "CX2-MYIX", "SG1-EquinixIX", "NTT-CBJ-BR1"} <= {name for name, _ in rows}, rows)
        interfaces = {row["in_if_name"] for row in weir.rows(by=["in_if_name"], start="-10m")}
        self.assertGreater(len(interfaces - {None, ""}), 3)
        asns = {row["dst_as"] for row in weir.rows(by=["dst_as"], start="-10m")}
        self.assertTrue({4134, 4837, 9808} & {int(one or 0) for one in asns}, "the big networks of the region")

    def named(self, weir):
        rows = {(row["exporter_name"], row["export_protocol"]) for row in weir.rows(by=["exporter_name", "export_protocol"],
                                                                                    start="-10m")}
        return rows if {"netflow5", "netflow9", "ipfix", "sflow5"} <= {protocol for _, protocol in rows} else None

    def hold_attacks(self, weir):
        """Attacks of many kinds over the last day, found by the rules of now, none of them a small one."""
        attacks = wait_until(lambda: json.loads(weir.get("/api/v1/attacks?open=0&top=2000"))["attacks"], "attacks of the past",
                             limit=90, every=1)
        kinds = {attack["kind"] for attack in attacks}
        self.assertLessEqual({"syn_flood", "ntp_amplification", "carpet_bombing", "outgoing_amplification"}, kinds)
        self.assertLess(len(attacks), 40, [(a["kind"], a["target"], a["peak"]) for a in attacks])
        small = [(a["kind"], a["target"], a["peak"]) for a in attacks if a["peak"]["bits_per_second"] < 50e6]
        self.assertEqual(small, [])

    def hold_history(self, weir):
        """Traffic in every hour of the last 24, and a day-and-night curve: the busiest hour well above the quietest."""
        hours = wait_until(lambda: self.hours(weir), "24 hours of history", limit=30, every=1)
        self.assertGreater(max(hours), 1.5 * min(hours))

    def hours(self, weir):
        answer = weir.query(start="-24h", extra=["--resolution", "1h"])
        series = [int(bucket["bytes"]) for bucket in (answer["rows"] or [answer["total"]])[0]["series"]]
        whole = series[1:-1]  # the first and the last hour are cut by the range
        return whole if len(whole) >= 22 and min(whole) > 0 else None
