"""What is set: the configuration as the API tells it, customers that people change while Weir runs, and the names under which
it answers."""
import http.client
import json
import signal
import urllib.error
import urllib.request

from harness import Sender, TestCase, run_weir, wait_until
from netflow import Exporter9, record

TOKEN = "correct horse battery staple"
TOKEN_SHA256 = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a"
CONFIG = f"""
workers: 1
snmp: {{community: hush-community}}
rpki: {{url: "http://me:hush-url@127.0.0.1:9/vrps.json"}}
mitigation:
  people:
    - {{name: alice, token_sha256: {TOKEN_SHA256}}}
interface_classes:
  - {{interface: "*transit*", class: transit}}
customers:
  - {{name: Fixed, region: HK, prefixes: [203.0.113.0/24]}}
"""
KELAPA = {"name": "Kelapa Cloud", "region": "MY", "prefixes": ["192.0.2.0/24"], "ases": [64999], "interfaces": []}
SG = {"name": "SG", "prefixes": ["192.0.2.128/25"]}


class Running(TestCase):
    def start(self, text=None):
        options = ()
        if text is not None:
            self.config = self.directory / "weir.yaml"
            self.config.write_text(text)
            options = ("--config", self.config)
        self.running = self.weir(*options)
        return self.running

    def reload(self, text):
        self.config.write_text(text)
        before = self.running.log().count("the configuration was reloaded")
        self.running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.running.log().count("the configuration was reloaded") > before, "the reload")

    def ask(self, path):
        return json.loads(self.running.get(path))

    def customers(self):
        return self.ask("/api/v1/customers")

    def put(self, document, **headers):
        """(status, document) of saving."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        request = urllib.request.Request(self.running.url + "/api/v1/customers", body, method="PUT",
                                         headers={"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                self.assertEqual("application/problem+json", error.headers["Content-Type"])
                return error.code, json.loads(error.read())

    def save(self, customers=(), regions=(), **headers):
        revision = self.customers()["saved"]["revision"]
        return self.put({"revision": revision, "customers": list(customers), "regions": list(regions)}, **headers)


class Configuration(Running):
    def value(self, key):
        return next(one for one in self.ask("/api/v1/config")["values"] if one["key"] == key)

    def test_what_runs_is_told_without_its_secrets(self):
        weir = self.start(CONFIG)
        text = weir.get("/api/v1/config")
        for secret in ("hush", TOKEN_SHA256):
            self.assertNotIn(secret, text)
        told = json.loads(text)
        self.assertEqual(str(self.config), told["file"])
        self.assertEqual([{"name": "alice", "rights": ["mitigations"]}], told["people"])
        self.assertEqual("*transit*", told["interface_classes"][0]["interface"])
        self.assertEqual(("set", True), (self.value("snmp.community")["value"], self.value("snmp.community")["secret"]))
        self.assertEqual("set", self.value("rpki.url")["value"])
        self.assertEqual(str(self.data), self.value("data")["value"], "the command line counts")
        self.assertEqual(1, self.value("customers")["entries"])
        reference = run_weir("reference", "config").stdout
        for one in told["values"]:
            self.assertIn(f"| `{one['key']}` |", reference)

    def test_a_reload_is_told_and_what_waits_for_a_restart(self):
        self.start(CONFIG)
        self.assertEqual([], self.ask("/api/v1/config")["needs_restart"])
        self.reload(CONFIG.replace("workers: 1", "workers: 2") + "log: {level: debug}\n")
        told = self.ask("/api/v1/config")
        self.assertEqual(["workers"], told["needs_restart"])
        self.assertEqual(("1", "debug"), (self.value("workers")["value"], self.value("log.level")["value"]))
        self.config.write_text("workers: [")
        self.running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "was not reloaded" in self.running.log(), "the refusal")
        self.assertEqual(told, self.ask("/api/v1/config"))

    def test_without_a_file(self):
        self.start()
        self.assertIsNone(self.ask("/api/v1/config")["file"])


class Customers(Running):
    def names(self, text="", by=("src_customer", "src_region")):
        return [tuple(row[name] for name in by) for row in self.running.rows(text, by)]

    def test_saved_customers_hold_at_once_and_after_a_restart(self):
        weir = self.start(CONFIG)
        status, told = self.save([KELAPA], [SG])
        self.assertEqual((200, 1), (status, told["saved"]["revision"]), told)
        sender, exporter = Sender(weir.port), Exporter9()
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record(src_addr="192.0.2.1", dst_addr="203.0.113.9", src_port=1),
                                                       record(src_addr="192.0.2.200", dst_addr="203.0.113.9", src_port=2)))
        weir.wait_for_flows(2)
        self.assertEqual([("Kelapa Cloud", "MY", "Fixed")], self.names("src port 1", ("src_customer", "src_region", "dst_customer")))
        self.assertEqual([("Kelapa Cloud", "SG")], self.names("src port 2"))
        line = next(one for one in weir.log().splitlines() if "customers were saved" in one)
        for part in ("from=127.0.0.1", "revision=1", "customer Kelapa Cloud", "region SG"):
            self.assertIn(part, line)
        self.assertEqual(0, weir.stop())
        weir = self.running = self.weir("--config", self.config)
        self.assertEqual([KELAPA], self.customers()["saved"]["customers"])
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record(src_addr="192.0.2.1", dst_addr="203.0.113.9", src_port=3)))
        weir.wait_for_flows(3)
        self.assertEqual([("Kelapa Cloud", "MY")], self.names("src port 3"))
        self.assertEqual(200, self.save()[0])
        self.assertEqual([], self.customers()["saved"]["customers"])

    def test_what_is_wrong_is_told_with_its_place(self):
        self.start(CONFIG)
        for wrong, pointer, word in (
                ({**KELAPA, "prefixes": ["192.0.2.0/24", "192.0.2.1/24"]}, "/customers/0/prefixes/1", "192.0.2.0/24"),
                ({**KELAPA, "prefixes": ["192.0.2.0/33"]}, "/customers/0/prefixes/0", "192.0.2.0/33"),
                ({**KELAPA, "prefixes": ["203.0.113.0/24"]}, "/customers/0/prefixes/0", "'Fixed' of the configuration"),
                ({**KELAPA, "name": "Fixed"}, "/customers/0/name", "another customer"),
                ({**KELAPA, "ases": [0]}, "/customers/0/ases/0", "reserved"),
                ({**KELAPA, "ases": ["AS1"]}, "/customers/0/ases/0", "whole number"),
                ({**KELAPA, "colour": "red"}, "/customers/0", "colour")):
            with self.subTest(pointer, word=word):
                status, told = self.save([wrong])
                self.assertEqual(400, status, told)
                self.assertEqual(pointer, told["errors"][0]["pointer"])
                self.assertIn(word, told["errors"][0]["detail"])
                self.assertIn(word, told["detail"])
        self.assertFalse((self.data / "saved/customers.json").exists())
        for body in (b"", b"{", b"[]", b"[" * 1000, b"\xff"):
            self.assertEqual(400, self.put(body)[0], body)
        self.assertEqual(415, self.put({"revision": 0}, **{"Content-Type": "text/plain"})[0])
        self.assertEqual(413, self.put(b" " * (1 << 20) + b"{}")[0])

    def test_networks_within_others_are_taken_and_told(self):
        self.start(CONFIG)
        status, told = self.save([{**KELAPA, "prefixes": ["203.0.113.128/25"]}])
        self.assertEqual(200, status, told)
        self.assertEqual(1, len(told["overlaps"]))
        self.assertIn("203.0.113.128/25 of 'Kelapa Cloud' lies within 203.0.113.0/24 of 'Fixed'", told["overlaps"][0])

    def test_of_two_who_save_the_second_is_told(self):
        self.start()
        self.assertEqual(200, self.put({"revision": 0, "customers": [KELAPA]})[0])
        status, told = self.put({"revision": 0, "customers": []})
        self.assertEqual(409, status)
        self.assertIn("somebody else", told["detail"])

    def test_the_configuration_goes_first(self):
        self.start("workers: 1\n")
        self.assertEqual(200, self.save([KELAPA, {"name": "B", "ases": [64998]}])[0])
        claims = "customers: [{name: Mine, prefixes: [192.0.2.0/24]}]\n"
        self.reload(claims)
        told = self.customers()
        self.assertEqual(["/customers/0/prefixes/0"], [one["pointer"] for one in told["left_out"]])
        self.assertEqual([KELAPA["name"], "B"], [one["name"] for one in told["saved"]["customers"]], "nothing is lost")
        self.assertIn("not in force", self.running.log())
        checked = run_weir("check", self.config, "--data", self.data)
        self.assertEqual(0, checked.returncode)
        self.assertIn("192.0.2.0/24 belongs to 'Mine' of the configuration", checked.stderr)
        self.reload("workers: 1\n")
        self.assertEqual([], self.customers()["left_out"])
        self.assertEqual("", run_weir("check", self.config, "--data", self.data).stderr)

    def test_the_configuration_says_who_may(self):
        self.start(CONFIG + "customers_by: people\n")
        self.assertEqual("people", self.customers()["changed_by"])
        self.assertEqual(401, self.save([KELAPA])[0])
        self.assertEqual(401, self.save([KELAPA], Authorization="Bearer wrong")[0])
        self.assertEqual(200, self.save([KELAPA], Authorization=f"Bearer {TOKEN}")[0])
        self.assertIn('by="alice"', self.running.log())
        self.assertEqual(["mitigations", "customers"], self.ask("/api/v1/config")["people"][0]["rights"])
        self.reload(CONFIG + "customers_by: nobody\n")
        self.assertEqual(403, self.save(Authorization=f"Bearer {TOKEN}")[0])
        self.assertEqual([KELAPA], self.customers()["saved"]["customers"])

    def test_a_spoilt_file_stops_nothing_and_is_not_written_over(self):
        file = self.data / "saved/customers.json"
        file.parent.mkdir(parents=True)
        file.write_text("{")
        self.start()
        self.assertIn(str(file), self.customers()["problem"])
        self.assertEqual(409, self.save([KELAPA])[0])
        self.assertEqual("{", file.read_text())

    def test_a_thousand_customers(self):
        self.start()
        many = [{"name": f"Customer {i}", "region": "MY", "prefixes": [f"10.{i // 250}.{i % 250}.0/24"], "ases": [100000 + i]}
                for i in range(1000)]
        status, told = self.save(many)
        self.assertEqual((200, 1000), (status, len(told["saved"]["customers"])))


class Names(Running):
    def status(self, host, path="/api/v1/status", port=None):
        connection = http.client.HTTPConnection(port or self.running.http, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def test_other_names_are_refused(self):
        self.start("http_names: [weir.example.net]\n")
        port = self.running.http.rsplit(":", 1)[1]
        for host in (f"127.0.0.1:{port}", "localhost", f"weir.example.net:{port}", "[::1]", "192.0.2.1"):
            self.assertEqual(200, self.status(host)[0], host)
        for host in ("evil.example", f"evil.example:{port}", "weir.example.net.evil.example"):
            status, text = self.status(host)
            self.assertEqual(421, status, host)
            self.assertIn("http_names", json.loads(text)["detail"])
            self.assertEqual(421, self.status(host, "/")[0])
            self.assertEqual(421, self.status(host, "/_search", port=self.running.es)[0])
        self.assertEqual(200, self.status("evil.example", "/healthz")[0], "load balancers ask under any name")
