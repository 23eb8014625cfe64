"""The reports and the bills over the demo's 24 hours: by the command line, the API and CSV, and equal to `weir query`."""
import calendar
import csv
import hashlib
import io
import json
import pathlib
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import capture
import netflow
from harness import TestCase, Weir, run_weir, wait_until

DAY = {"start": "-24h"}
REPORTS = {
    "usage-by-interface": {},
    "usage-by-asn": {},
    "usage-by-prefix": {},
    "usage-by-ip": {},
    "usage-by-conversation": {},
    "outgoing-by-asn": {},
    "incoming-by-asn": {},
    "customer-profile": {"customer": "Kelapa Cloud"},
    "conversation-history": {"preset": "spam"},
}
CONFIG = """
billing:
  currency: MYR
  time_zone: Asia/Kuala_Lumpur
  home_countries: [MY]
  links:
    - {exporter: AIMS-PCCW, interface: HundredGigE0/0/0/0, price: 2.50, commit: 100}
    - {exporter: NTT-CBJ-BR1, interface: et-0/0/0, price: 3.00}
  groups:
    - name: Kelapa Cloud
      customers: [Kelapa Cloud]
      commit: 100
      price: 10.00
      overage_price: 12.50
    - name: "transit: PCCW"
      interfaces: [{exporter: AIMS-PCCW, interface: HundredGigE0/0/0/0}]
      counted: sum
      price: 2.50
"""


class Demo(TestCase):
    """One demo for all tests of the class; its flows are still when they begin: the end of the range lies in the past."""

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="weir-report-")
        directory = pathlib.Path(cls.holder.name)
        config = directory / "weir.yaml"
        config.write_text(CONFIG)
        cls.config = config
        cls.demo = Weir(directory / "data", "--config", config, command="demo", ready=90)
        wait_until(lambda: "the past is told" in cls.demo.log(), "the demo's past", limit=240, every=0.5)
        # Some time before now, so that no flow is still to come: what is asked twice is the same twice.
        end = int(time.time() // 300 * 300 - 900)
        cls.range = {"start": stamp(end - 86400), "end": stamp(end)}

    @classmethod
    def tearDownClass(cls):
        cls.demo.kill()
        cls.holder.cleanup()

    def get(self, path, **parameters):
        url = self.demo.url + path + "?" + urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.read().decode()

    def report(self, name, **parameters):
        return json.loads(self.get(f"/api/v1/reports/{name}", **{**self.range, **parameters}))

    def refused(self, path, status, **parameters):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get(path, **parameters)
        self.assertEqual(status, caught.exception.code)
        self.assertEqual("application/problem+json", caught.exception.headers["Content-Type"])
        return json.loads(caught.exception.read())

    def cli(self, *words, status=0):
        done = run_weir(*words, "--server", self.demo.url, limit=120)
        self.assertEqual(status, done.returncode, done.stderr)
        return done.stdout if status == 0 else done.stderr


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def cell(table, row, name):
    return row["cells"][[column["name"] for column in table["columns"]].index(name)]


class Reports(Demo):
    def test_the_catalogue_is_a_form(self):
        catalogue = json.loads(self.get("/api/v1/reports"))["reports"]
        self.assertEqual(set(REPORTS), {one["name"] for one in catalogue})
        for one in catalogue:
            self.assertTrue({"start", "end", "resolution"} <= {p["name"] for p in one["parameters"]}, one["name"])

    def test_each_by_cli_api_and_csv(self):
        """The three forms hold the same rows, and every report finds something."""
        for name, more in REPORTS.items():
            with self.subTest(name):
                by_api = self.report(name, **more)
                options = [word for key, value in {**self.range, **more}.items() for word in (f"--{key}", value)]
                by_cli = json.loads(self.cli("report", name, *options, "--format", "json"))
                for outcome in (by_api, by_cli):
                    for table in outcome["tables"]:
                        table.pop("source"), table.pop("rows_read")
                self.assertEqual(by_api["tables"], by_cli["tables"])
                if name != "conversation-history":
                    self.assertTrue(by_api["tables"][0]["rows"])
                self.hold_csv(by_api, self.get(f"/api/v1/reports/{name}", **self.range, **more, format="csv"))
                table = self.cli("report", name, *options)
                self.assertIn(by_api["title"], table)
                self.assertNotRegex(table, r"\bnan\b")

    def hold_csv(self, outcome, text):
        self.assertTrue(text.endswith("\r\n"))
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(["table", "row"], rows[0][:2])
        self.assertEqual({len(rows[0])}, {len(row) for row in rows})
        expected = sum(len(t["rows"]) + (t["other"] is not None) + (t["total"] is not None) for t in outcome["tables"])
        self.assertEqual(expected, len(rows) - 1)
        if outcome["report"].startswith("usage"):
            self.assertIn("maximum (bit/s)", rows[0])
            self.assertIn("bytes (B)", rows[0])

    def test_numbers_are_those_of_query(self):
        """Row by row: the row's own filter, put to `weir query`, has the row's bytes; and so has the total's."""
        for name in ("usage-by-interface", "usage-by-asn", "usage-by-prefix", "usage-by-ip", "usage-by-conversation"):
            with self.subTest(name):
                for table in self.report(name, size="3")["tables"]:
                    for row in [*table["rows"], table["total"]]:
                        sums = self.demo.sums(row["filter"], start=self.range["start"], end=self.range["end"])
                        self.assertEqual(sums["bytes"], cell(table, row, "bytes"), row["filter"])
                    parts = sum(cell(table, row, "bytes") for row in [*table["rows"], table["other"]] if row)
                    self.assertEqual(parts, cell(table, table["total"], "bytes"))

    def test_statistics_are_those_of_the_series(self):
        for table in self.report("usage-by-asn")["tables"]:
            self.assertEqual(288, len(table["buckets"]))
            for row in table["rows"]:
                samples = sorted(row["series"], reverse=True)
                self.assertEqual(288, len(samples))
                for name, value in (("maximum", samples[0]), ("minimum", samples[-1]), ("percentile_95", samples[14]),
                                    ("average", sum(samples) / 288)):
                    self.assertAlmostEqual(value, cell(table, row, name), delta=1 + value * 1e-9)

    def test_as_paths_are_those_that_carried_most(self):
        table = self.report("outgoing-by-asn", size="5")["tables"][0]
        for row in table["rows"]:
            best = self.demo.rows(row["filter"], ["as_path"], start=self.range["start"], end=self.range["end"])[0]
            self.assertEqual(best["as_path"], cell(table, row, "as_path"))
            self.assertTrue((cell(table, row, "as_path") or "").endswith(str(cell(table, row, "dst_as"))))
        self.assertEqual(4134, cell(table, table["rows"][0], "dst_as"))
        self.assertIn("CHINANET", cell(table, table["rows"][0], "as_name"))

    def test_each_field_of_the_form_changes_the_result(self):
        whole = self.report("usage-by-ip", direction="out")["tables"][0]
        interfaces = self.report("usage-by-interface", direction="out")["tables"][0]
        interface = cell(interfaces, interfaces["rows"][0], "out_if_name")
        top = cell(whole, whole["rows"][0], "src_addr")
        fields = {"customer": "Kelapa Cloud", "region": "SG", "router": "CX2-MYIX", "interface": interface,
                  "src_ip": f"{top}/24", "dst_ip": "0.0.0.0/1", "dst_as": "4134,4837",
                  "src_port": "80,443", "dst_port": "1024-65535", "filter": "proto udp", "size": "5", "side": "remote",
                  "resolution": "1h", "layer": "2",
                  "start": stamp(calendar.timegm(time.strptime(self.range["start"], "%Y-%m-%dT%H:%M:%SZ")) + 43200)}
        for name, value in fields.items():
            with self.subTest(name):
                table = self.report("usage-by-ip", **{"direction": "out", name: value})["tables"][0]
                self.assertNotEqual([row["cells"] for row in whole["rows"]], [row["cells"] for row in table["rows"]])
        self.assertEqual([], self.report("usage-by-ip", direction="out", src_as="4134")["tables"][0]["rows"])
        self.assertEqual(2, len(self.report("usage-by-ip")["tables"]))
        subnets = self.report("usage-by-prefix", direction="out", subnet="24", src_ip=f"{top}/24")["tables"][0]
        self.assertEqual(1, len(subnets["rows"]))
        own = self.report("usage-by-ip", direction="out", src_ip=f"{top}/24")["tables"][0]
        self.assertEqual(cell(own, own["total"], "bytes"), cell(subnets, subnets["rows"][0], "bytes"))

    def test_profile_reaches_and_costs(self):
        outcome = self.report("customer-profile", customer="Kelapa Cloud")
        tables = {table["name"]: table for table in outcome["tables"]}
        self.assertEqual({"uplinks_out", "uplinks_in", "reach_out", "reach_in", "cost"}, set(tables))
        reach = {cell(tables["reach_out"], row, "reach"): cell(tables["reach_out"], row, "bytes")
                 for row in tables["reach_out"]["rows"]}
        self.assertGreater(reach["international"], 0)
        self.assertGreater(reach["domestic"], 0)
        self.assertEqual(sum(reach.values()), cell(tables["uplinks_out"], tables["uplinks_out"]["total"], "bytes"))
        cost = tables["cost"]
        links = {cell(cost, row, "router"): row for row in cost["rows"]}
        self.assertTrue({"AIMS-PCCW"} <= set(links))
        for row in cost["rows"]:
            own, link = cell(cost, row, "percentile_95"), cell(cost, row, "link_percentile_95")
            self.assertLessEqual(own, link)
            self.assertAlmostEqual(own / 1e6 * cell(cost, row, "price"), cell(cost, row, "cost_by_percentile"), places=6)
            self.assertAlmostEqual(100 * own / link, cell(cost, row, "percentile_share"), places=6)
        self.assertTrue(any("95th percentile" in note for note in outcome["notes"]))

    def test_history_of_an_address(self):
        table = self.report("usage-by-ip", direction="out", size="1")["tables"][0]
        address = cell(table, table["rows"][0], "src_addr")
        outcome = self.report("conversation-history", address=address)
        tables = {one["name"]: one for one in outcome["tables"]}
        self.assertEqual({"sent", "received", "records"}, set(tables))
        self.assertTrue(tables["sent"]["rows"])
        times = [cell(tables["records"], row, "time") for row in tables["records"]["rows"]]
        self.assertEqual(10, len(times))
        self.assertEqual(sorted(times, reverse=True), times)
        for row in tables["records"]["rows"]:
            self.assertIn(address, (cell(tables["records"], row, "src_addr"), cell(tables["records"], row, "dst_addr")))

    def test_presets(self):
        for preset in ("spam", "amplification", "scanning"):
            with self.subTest(preset):
                outcome = self.report("conversation-history", preset=preset, least="1", size="5")
                self.assertEqual([preset], [table["name"] for table in outcome["tables"]])
                self.assertLessEqual(len(outcome["tables"][0]["rows"]), 5)

    def test_bad_input_names_the_parameter(self):
        for name, value in (("start", "yesterdayish"), ("src_ip", "300.1.1.1"), ("dst_port", "80-x"), ("size", "0"),
                            ("direction", "up"), ("resolution", "7"), ("sorce", "1"), ("format", "xml"),
                            ("filter", "prot tcp")):
            with self.subTest(name):
                problem = self.refused("/api/v1/reports/usage-by-asn", 400, **{name: value})
                self.assertEqual(name, problem["parameter"])
        self.assertIn("usage-by-asn", self.refused("/api/v1/reports/usage-by-as", 404)["detail"])
        self.assertIn("did you mean", self.cli("report", "usage-by-as", status=2))
        self.assertIn("src_port", self.cli("report", "usage-by-asn", "--src-port", "99999", status=2))

    def test_a_form_may_be_posted(self):
        body = json.dumps({**self.range, "size": 2, "direction": "out"}).encode()
        request = urllib.request.Request(self.demo.url + "/api/v1/reports/usage-by-asn", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(2, len(json.loads(answer.read())["tables"][0]["rows"]))

    def test_times(self):
        """Printed, not asserted: docs/performance.md has the figures of a quiet machine."""
        for name, more in {**REPORTS, "customer-profile": {"customer": "Kelapa Cloud"}}.items():
            took = []
            for _ in range(3):
                began = time.monotonic()
                outcome = self.report(name, **more)
                took.append(1000 * (time.monotonic() - began))
            sources = "; ".join(table["source"] for table in outcome["tables"])
            self.note(f"{name}: {min(took):.0f} ms, {outcome['questions']} questions, read from {sources}")


class Billing(Demo):
    def month(self):
        return time.strftime("%Y-%m", time.gmtime(time.time() + 8 * 3600))

    def test_bills(self):
        listed = json.loads(self.get("/api/v1/billing"))
        self.assertEqual("MYR", listed["currency"])
        self.assertEqual({"Kelapa Cloud", "transit: PCCW"}, {group["name"] for group in listed["groups"]})
        self.assertIn("Kelapa Cloud", self.cli("billing", "list"))
        answer = json.loads(self.get("/api/v1/billing/bill", group="Kelapa Cloud", month=self.month(), samples="yes"))
        self.assertFalse(answer["frozen"])
        bill = answer["bill"]
        lines = {line["direction"]: line for line in bill["lines"]}
        samples = sorted((round(octets * 8 / 300) for octets in bill["out_bytes"]), reverse=True)
        self.assertAlmostEqual(samples[len(samples) * 5 // 100], lines["out"]["percentile_95_bps"], delta=1)
        first = stamp(bill["from"] / 1000)
        end = stamp((bill["from"] + len(bill["out_bytes"]) * 300_000) / 1000)
        # What the live routers still send may belong to the last minutes: the bill's last hour is left out.
        upto = len(bill["out_bytes"]) - 12
        if upto > 0:
            end = stamp((bill["from"] + upto * 300_000) / 1000)
            sums = self.demo.sums('src_customer = "Kelapa Cloud"', start=first, end=end)
            self.assertEqual(sum(bill["out_bytes"][:upto]), sums["bytes"])
        billed = [line for line in bill["lines"] if line["billed_bps"]]
        self.assertEqual(1, len(billed))
        self.assertEqual(100 * 1000, billed[0]["commit_cents"])
        self.assertEqual(bill["total_cents"], billed[0]["commit_cents"] + billed[0]["overage_cents"])
        self.assertIn("MYR", self.cli("billing", "show", "Kelapa Cloud"))
        rows = list(csv.reader(io.StringIO(self.cli("billing", "export", "Kelapa Cloud"))))
        self.assertEqual("in (B)", rows[0][2])

    def test_a_month_that_is_not_over_is_not_frozen(self):
        self.assertIn("late flows", self.cli("billing", "freeze", "Kelapa Cloud", status=2))
        self.assertIn("not frozen", self.cli("billing", "verify", "Kelapa Cloud", status=1))

    def test_bad_input(self):
        self.assertEqual("group", self.refused("/api/v1/billing/bill", 400)["parameter"])
        self.assertEqual("month", self.refused("/api/v1/billing/bill", 400, group="x", month="2026-13")["parameter"])
        self.refused("/api/v1/billing/bill", 404, group="../../etc/passwd", month=self.month())
        self.refused("/api/v1/billing/file", 404, group="Kelapa Cloud", month=self.month())
        self.assertIn("2026-13", self.cli("billing", "show", "x", "--month", "2026-13", status=2))


class Frozen(TestCase):
    """A month of the past is frozen by the server itself, and stands up to a check until somebody changes the file."""

    def setUp(self):
        super().setUp()
        self.config = self.directory / "weir.yaml"
        self.config.write_text("billing:\n  grace: 1m\n  groups:\n    - name: port/1\n      price: 2.00\n      interfaces:\n"
                               "        - {exporter: 192.0.2.254, interface: \"1\"}\n")
        now = time.gmtime()
        first_of_this = calendar.timegm((now.tm_year, now.tm_mon, 1, 0, 0, 0))
        self.month = time.strftime("%Y-%m", time.gmtime(first_of_this - 86400))
        # 500 samples of 1 Mbit/s, more than the twentieth of the month that is thrown away.
        begin = first_of_this - 3 * 86400
        messages = [(at, netflow.netflow5([("192.0.2.1", "198.51.100.1", 1, 2, 6, 37_500_000, 100)], sequence=i, now=at))
                    for i, at in enumerate(range(begin + 100, begin + 100 + 500 * 300, 300))]
        pcap = capture.write(self.directory / "month.pcap", messages)
        done = run_weir("import", pcap, "--data", self.data)
        self.assertEqual(0, done.returncode, done.stderr)

    def file(self):
        return self.data / "billing" / self.month / "port%2F1.json"

    def billing(self, action, *words):
        return run_weir("billing", action, "port/1", "--month", self.month, "--data", self.data, "--config", self.config, *words)

    def test_serve_freezes_what_is_due(self):
        weir = self.weir("--config", self.config)
        wait_until(self.file().exists, "the bill to be frozen", limit=30, every=0.2)
        bill = json.loads(self.file().read_text())
        lines = {line["direction"]: line for line in bill["bill"]["lines"]}
        self.assertEqual(1_000_000, lines["in"]["percentile_95_bps"])
        self.assertEqual(200, bill["bill"]["total_cents"])
        inner = self.file().read_text().split('\n"bill":', 1)[1].removesuffix("}\n")
        self.assertEqual(hashlib.sha256(inner.encode()).hexdigest(), bill["sha256"])
        self.assertEqual(0, weir.stop())
        fine = self.billing("verify")
        self.assertEqual(0, fine.returncode, fine.stderr)
        self.assertIn("same samples", fine.stdout)
        self.assertIn("frozen", self.billing("show").stdout)
        again = self.billing("freeze")
        self.assertEqual(1, again.returncode)
        self.assertIn("already", again.stderr)
        self.hold_changed()

    def hold_changed(self):
        whole = self.file().read_text()
        self.file().write_text(whole.replace('"total_cents":200', '"total_cents":900'))
        changed = self.billing("verify")
        self.assertEqual(1, changed.returncode)
        self.assertIn("NOT in order", changed.stderr)
        self.file().write_text(whole[:500])
        broken = self.billing("verify")
        self.assertEqual(1, broken.returncode)
        self.assertIn(str(self.file()), broken.stderr)

    def test_by_hand(self):
        frozen = self.billing("freeze")
        self.assertEqual(0, frozen.returncode, frozen.stderr)
        self.assertIn("total 2.00 USD", frozen.stdout)
        rows = list(csv.reader(io.StringIO(self.billing("export").stdout)))
        self.assertEqual(500, sum(row[2] == "37500000" for row in rows))
        self.assertEqual(self.file().read_text(), self.billing("export", "--format", "json").stdout)
