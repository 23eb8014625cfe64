"""What `weir serve` adds to flows: customers, regions, countries, routes, names of autonomous systems; and how they follow
their files and a reload without a flow lost."""
import json
import signal
import urllib.error

from harness import SHARED_DATA, Sender, TestCase, run_weir, wait_until
from netflow import Exporter9, record

MMDB = SHARED_DATA / "mmdb"
NAMES = SHARED_DATA / "names/hadiasghari+pyasn__data__asnames.json.gz"

CUSTOMERS = """
network: {as: [64500]}
customers:
  - {name: Alpha, region: MY, prefixes: [192.0.2.0/24]}
  - {name: Beta, prefixes: [192.0.2.128/25], region: SG}
  - {name: ByAs, region: HK, ases: [64999]}
  - {name: ByInterface, interfaces: [{exporter: "127.*", index: 77}]}
regions:
  - {name: Elsewhere, prefixes: [198.51.100.0/24]}
"""


class Enrich(TestCase):
    def start(self, text):
        self.config = self.directory / "weir.yaml"
        self.config.write_text(text)
        self.running = self.weir("--config", self.config)
        self.sender = Sender(self.running.port)
        self.addCleanup(self.sender.close)
        self.exporter = Exporter9()
        self.sender.send(self.exporter.template())
        self.sent = 0
        return self.running

    def send(self, *records):
        self.sender.send(self.exporter.data(*records))
        self.sent += len(records)
        self.running.wait_for_flows(self.sent)

    def one(self, text, by):
        """The only row that matches, without its sums."""
        rows = self.running.rows(text, by)
        self.assertEqual(1, len(rows), rows)
        return {name: rows[0][name] for name in by}

    def reload(self, text):
        self.config.write_text(text)
        before = self.running.log().count("the configuration was reloaded")
        self.running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.running.log().count("the configuration was reloaded") > before, "the reload")


class Customers(Enrich):
    def test_by_prefix_as_and_interface(self):
        self.start(CUSTOMERS)
        self.send(record(src_addr="192.0.2.1", dst_addr="192.0.2.200", src_port=1),
                  record(src_addr="203.0.113.1", dst_addr="198.51.100.7", src_port=2, src_as=64999),
                  record(src_addr="203.0.113.1", dst_addr="203.0.113.2", src_port=3, out_if=77))
        by = ["src_customer", "src_region", "dst_customer", "dst_region"]
        self.assertEqual(["Alpha", "MY", "Beta", "SG"], list(self.one("src port 1", by).values()))
        self.assertEqual(["ByAs", "HK", None, "Elsewhere"], list(self.one("src port 2", by).values()))
        self.assertEqual([None, None, "ByInterface", None], list(self.one("src port 3", by).values()))

    def test_a_reload_while_flows_arrive_loses_none(self):
        self.start("customers: [{name: Old, prefixes: [192.0.2.0/24]}]\n")
        self.send(record(src_addr="192.0.2.1"))
        total = self.sent
        for round_ in range(20):
            for _ in range(20):
                self.sender.send(self.exporter.data(*[record(src_addr="192.0.2.1")] * 20))
                total += 20
            if round_ == 5:
                self.reload("customers: [{name: New, prefixes: [192.0.2.0/24]}]\n")
        self.running.wait_for_flows(total)
        rows = {row["src_customer"]: row["flows"] for row in self.running.rows("", ["src_customer"])}
        self.assertEqual({"Old", "New"}, set(rows))
        self.assertEqual(total, sum(rows.values()))
        self.assertEqual(0, self.running.total("weir_exporter_flows_not_stored_total"))

    def test_contradictions_are_told_by_check(self):
        file = self.directory / "bad.yaml"
        file.write_text("customers:\n  - {name: A, prefixes: [192.0.2.0/24]}\n  - {name: B, prefixes: [192.0.2.0/24]}\n")
        done = run_weir("check", file)
        self.assertEqual(1, done.returncode)
        self.assertIn("192.0.2.0/24 belongs to customer 'A' and to 'B'", done.stderr)


class Names(Enrich):
    def test_built_in_names_in_answers(self):
        weir = self.start("")
        self.send(record(dst_as=15169, src_as=64512))
        answer = json.loads(weir.get("/api/v1/query?by=dst_as,src_as&from=-2h"))
        self.assertEqual({"15169": {"name": "Google", "country": "US"}}, answer["as_names"])
        self.assertNotIn("as_names", json.loads(weir.get("/api/v1/query?by=dst_port&from=-2h")))
        table = run_weir("query", "--server", weir.url, "--by", "dst_as", "--from", "-2h").stdout
        self.assertIn("15169 Google", table)
        csv = run_weir("query", "--server", weir.url, "--by", "dst_as", "--from", "-2h", "--format", "csv").stdout
        self.assertIn("15169", csv)
        self.assertNotIn("Google", csv)

    def test_numbers_and_search(self):
        weir = self.start("")
        found = json.loads(weir.get("/api/v1/as?numbers=15169,AS3356,64512"))["ases"]
        self.assertEqual([15169, 3356], [one["as"] for one in found])
        self.assertEqual(15169, json.loads(weir.get("/api/v1/as?search=goog"))["ases"][0]["as"])
        for wrong in ("", "?numbers=x", "?numbers=1&search=x"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                weir.get("/api/v1/as" + wrong)
            self.assertEqual(400, refused.exception.code)
            refused.exception.close()

    def test_a_file_is_read_and_read_again_when_it_changes(self):
        file = self.directory / "asn.txt"
        file.write_text("64512 OURS, MY\n")
        weir = self.start(f"as_names: {{file: {file}}}\n")
        name = lambda: json.loads(weir.get("/api/v1/as?numbers=64512"))["ases"][0]["name"]
        self.assertEqual("OURS", name())
        file.write_text("64512 CHANGED, MY\n")
        wait_until(lambda: name() == "CHANGED", "the changed file")
        file.write_text("<html>")
        wait_until(lambda: "holds no names of AS numbers" in weir.log(), "the broken file to be told of")
        self.assertEqual("CHANGED", name())

    def test_the_long_list(self):
        if not NAMES.exists():
            self.skipTest(f"ABSENT: {NAMES}")
        weir = self.start(f"as_names: {{file: {NAMES}}}\n")
        self.assertEqual([{"as": 50088, "name": "FITL-IE Fort Technologies", "country": "GB"}],
                         json.loads(weir.get("/api/v1/as?numbers=50088"))["ases"])


class Countries(Enrich):
    COUNTRY = MMDB / "maxmind+MaxMind-DB__test-data__GeoIP2-Country-Test.mmdb"
    AS = MMDB / "maxmind+MaxMind-DB__test-data__GeoLite2-ASN-Test.mmdb"

    def setUp(self):
        super().setUp()
        if not self.COUNTRY.exists():
            self.skipTest(f"ABSENT: {self.COUNTRY}")

    def test_countries_and_ases_of_files(self):
        copy = self.directory / "country.mmdb"
        copy.write_bytes(self.COUNTRY.read_bytes())
        weir = self.start(f"country_databases: [{copy}]\nas_databases: [{self.AS}]\n")
        self.send(record(src_addr="81.2.69.160", dst_addr="1.128.0.1", src_port=1),
                  record(src_addr="81.2.69.160", dst_addr="1.128.0.1", src_port=2, dst_as=3356))
        self.assertEqual({"src_country": "GB", "dst_as": 1221}, self.one("src port 1", ["src_country", "dst_as"]))
        self.assertEqual({"dst_as": 3356}, self.one("src port 2", ["dst_as"]))
        copy.write_bytes(b"cut short")
        wait_until(lambda: "not a whole MMDB file" in weir.log(), "the broken file to be told of")
        self.send(record(src_addr="81.2.69.160", src_port=3))
        self.assertEqual({"src_country": "GB"}, self.one("src port 3", ["src_country"]))


class Routes(Enrich):
    CONFIG = """
network: {as: [64500]}
routes:
  static:
    - {prefix: 198.51.100.0/24, as_path: "3356 15169", next_hop: 203.0.113.9, communities: "3356:100"}
    - {prefix: 192.0.2.0/24, next_hop: 203.0.113.8}
"""

    def test_a_flow_gets_the_route_to_its_destination(self):
        weir = self.start(self.CONFIG)
        self.send(record(src_addr="192.0.2.1", dst_addr="198.51.100.1", src_port=1, src_as=0, dst_as=0),
                  record(src_addr="198.51.100.1", dst_addr="192.0.2.1", src_port=2, src_as=64512, dst_as=0),
                  record(src_addr="8.8.8.8", dst_addr="9.9.9.9", src_port=3))
        by = ["src_as", "dst_as", "src_prefix", "dst_prefix", "as_path", "first_as", "communities", "next_hop",
              "bgp_next_hop"]
        self.assertEqual([64500, 15169, "192.0.2.0/24", "198.51.100.0/24", "3356 15169", 3356, "3356:100", "203.0.113.1",
                          "203.0.113.9"], list(self.one("src port 1", by).values()))
        self.assertEqual({"src_as": 15169, "dst_as": 64500, "as_path": ""},
                         self.one("src port 2", ["src_as", "dst_as", "as_path"]))
        self.assertEqual({"as_path": None}, self.one("src port 3", ["as_path"]))
        self.assertEqual(2, weir.total("weir_exporter_flows_routed_total"))
        self.assertEqual(1000, weir.total("weir_exporter_bytes_unrouted_total"))

    def test_the_flows_word_or_the_tables(self):
        self.start(self.CONFIG)
        self.send(record(dst_as=174, src_port=1))
        self.assertEqual({"dst_as": 174}, self.one("src port 1", ["dst_as"]))
        self.reload(self.CONFIG + "  prefer: {as: table}\n")
        self.send(record(dst_as=174, src_port=2))
        self.assertEqual({"dst_as": 15169}, self.one("src port 2", ["dst_as"]))
