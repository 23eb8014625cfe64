"""Detection of attacks over UDP: every kind of attack, of every protocol, sampled and not, IPv4 and IPv6, amid other traffic."""
import json
import subprocess
import urllib.error

import harness
import netflow
from harness import Sender, TestCase, Weir, run_weir, wait_until

CONFIG = """
detect:
  networks: [103.64.13.0/24, 103.64.14.0/24, "2001:db8:100::/48"]
  hold: 5s
  thresholds:
    - {traffic: attempts, measure: distinct_destinations, way: incoming, window: 30s, value: 150}
"""
KINDS = ["syn_flood", "ack_flood", "rst_flood", "udp_flood", "dns_amplification", "ntp_amplification", "cldap_amplification",
         "ssdp_amplification", "memcached_amplification", "snmp_amplification", "chargen_amplification", "icmp_flood",
         "fragment_flood", "gre_flood", "esp_flood", "carpet_bombing", "scan", "outgoing_spam", "outgoing_scan",
         "outgoing_amplification", "outgoing_flood"]
# What one sampled packet in a thousand cannot show: few packets each is all that these send.
SLIGHT = {"scan", "outgoing_spam", "outgoing_scan"}
V4, V6 = "103.64.13.{}", "2001:db8:100:{}::10"


class Detect(TestCase):
    def start(self, config=CONFIG, *options):
        file = self.directory / "weir.yaml"
        file.write_text(config)
        weir = Weir(self.data, "--config", file, *options)
        self.addCleanup(weir.kill)
        return weir

    def background(self, weir, rate=5000, **more):
        process = subprocess.Popen([harness.WEIR, "generate", "--to", weir.udp[0], "--rate", str(rate), "--duration", "300s",
                                    *[word for item in more.items() for word in item]],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)

    def attack(self, weir, kind, victim, protocol="netflow9", sampling=1, seconds=3):
        command = [harness.WEIR, "generate", "--to", weir.udp[0], "--attack", kind, "--victim", victim, "--protocol", protocol,
                   "--sampling", str(sampling), "--duration", f"{seconds}s"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)
        return process

    def attacks(self, weir, **parameters):
        words = "&".join(f"{name}={value}" for name, value in parameters.items())
        return json.loads(weir.get("/api/v1/attacks?top=2000&" + words))["attacks"]

    def kinds_of(self, weir, victim):
        """Kinds of attacks on the network of the victim or from it."""
        network = victim.rsplit(".", 1)[0] + ".0/24" if "." in victim else victim.rsplit("::", 1)[0] + "::/64"
        host = victim + ("/32" if "." in victim else "/128")
        return {a["kind"] for a in self.attacks(weir, within=network) if a["target"] in (host, network) or a["kind"] == "scan"}

    def check_kinds(self, protocol, sampling, v6):
        weir = self.start()
        self.background(weir)
        wrong = []
        for number, kind in enumerate(k for k in KINDS if sampling == 1 or k not in SLIGHT):
            victim = V6.format(number + 1) if v6 else V4.format(number + 10)
            if kind == "carpet_bombing":
                victim = "2001:db8:100:ffff::10" if v6 else "103.64.14.10"
            process = self.attack(weir, kind, victim, protocol, sampling, seconds=20)
            try:
                wait_until(lambda: kind in self.kinds_of(weir, victim), kind, limit=20, every=0.1)
            except AssertionError:
                wrong.append((kind, self.kinds_of(weir, victim)))
            process.kill()
        self.assertEqual(wrong, [])
        self.assertEqual(weir.stop(), 0)

    def test_every_kind_netflow9(self):
        self.check_kinds("netflow9", 1, False)

    def test_every_kind_ipfix_sampled(self):
        self.check_kinds("ipfix", 1000, False)

    def test_every_kind_sflow(self):
        self.check_kinds("sflow5", 1000, False)

    def test_every_kind_ipfix_v6(self):
        self.check_kinds("ipfix", 1, True)

    def test_every_kind_sflow_v6(self):
        self.check_kinds("sflow5", 500, True)

    def test_every_kind_netflow9_v6_sampled(self):
        self.check_kinds("netflow9", 1000, True)

    def test_background_alone_raises_nothing(self):
        weir = self.start("detect: {networks: [103.0.0.0/8, 183.81.160.0/20, 14.102.144.0/20, 210.5.40.0/21]}\n")
        sent = json.loads(run_weir("generate", "--to", weir.udp[0], "--rate", "20000", "--duration", "5s", "--protocol", "sflow5").stdout)
        wait_until(lambda: weir.total("weir_detect_flows_total") >= sent["flows"], "all flows to be looked at")
        self.assertEqual(self.attacks(weir), [])

    def test_unknown_exporters_are_refused_by_list(self):
        weir = self.start(CONFIG + "refuse_unknown_exporters: true\nknown_exporters: [127.0.3.0/24]\nexporters: [{address: 127.0.9.9}]\n")
        message = netflow.Exporter9().template()
        for last in range(1, 201):  # forged sources
            sender = Sender(weir.port, f"127.0.8.{last}")
            sender.send(message)
            sender.close()
        sender = Sender(weir.port, "127.0.9.9")
        self.addCleanup(sender.close)
        exporter = netflow.Exporter9()
        sender.send(exporter.template(), exporter.data(netflow.record()))
        self.attack(weir, "udp_flood", "103.64.13.30", seconds=20)
        wait_until(lambda: self.attacks(weir), "the attack that a known exporter shows")
        self.assertEqual(weir.total("weir_datagrams_refused_total"), 200)
        self.assertEqual(weir.total("weir_exporters"), 2)
        self.assertEqual(weir.sums("exporter 127.0.9.9")["flows"] if weir.wait_for_flows(1) else 0, 1)
        self.assertIn("unknown exporters", run_weir("doctor", "--server", weir.url).stdout)
        self.assertIn("address=127.0.8.1 ", weir.log())
        config = self.directory / "weir.yaml"
        config.write_text(config.read_text().replace("127.0.3.0/24", "127.0.0.0/8"))
        weir.process.send_signal(1)
        wait_until(lambda: "was reloaded" in weir.log(), "the reload")
        late = Sender(weir.port, "127.0.8.1")
        self.addCleanup(late.close)
        wait_until(lambda: late.send(message) or weir.total("weir_exporters") > 2, "the exporter that is known now")

    def test_forged_exporters_and_a_flood_of_addresses_stop_nothing(self):
        weir = self.start(CONFIG + "  memory: 16MiB\n")
        before = weir.memory()
        for number in range(2000):  # each an exporter that announces templates and tells of addresses of ours and of others
            sender, exporter = Sender(weir.port, f"127.{number % 7 + 10}.{number >> 8}.{number & 255}"), netflow.Exporter9(number)
            records = [netflow.record(src_addr=f"198.18.{number >> 8}.{number & 255}", dst_addr=f"103.64.13.{i}", packets=1, bytes=60)
                       for i in range(1, 30)]
            sender.send(exporter.template(), exporter.data(*records))
            sender.close()
        self.attack(weir, "syn_flood", "103.64.13.77", seconds=30)
        wait_until(lambda: "syn_flood" in self.kinds_of(weir, "103.64.13.77"), "the attack among them", limit=30)
        self.assertLessEqual(weir.total("weir_detect_memory_octets"), 16 << 20)
        self.note(f"memory grew by {(weir.memory() - before) >> 20} MiB with {weir.total('weir_exporters')} exporters")
        self.assertLess(weir.memory() - before, 400 << 20)

    def test_an_attack_is_kept_shown_and_ended_over_a_restart(self):
        weir = self.start()
        self.attack(weir, "ntp_amplification", "103.64.13.20", seconds=4)
        found = wait_until(lambda: self.attacks(weir), "an attack")[0]
        self.assertEqual((found["kind"], found["target"]), ("ntp_amplification", "103.64.13.20/32"))
        full = json.loads(weir.get(f"/api/v1/attacks/{found['id']}"))
        self.assertEqual(full["evidence"]["top"]["src_port"][0]["value"], "123")
        page = weir.get(f"/api/v1/attacks/{found['id']}/evidence?format=html")
        self.assertIn("NTP amplification against 103.64.13.20", page)
        self.assertIn("103.64.13.20", run_weir("detect", "list", "--server", weir.url).stdout)
        shown = run_weir("detect", "show", str(found["id"]), "--server", weir.url).stdout
        self.assertIn("UDP, from port 123", shown)
        wait_until(lambda: self.attacks(weir, open=0), "the attack to end", limit=30)
        weir.kill()
        weir = self.start()
        kept = self.attacks(weir)
        self.assertEqual([a["id"] for a in kept], [found["id"]])
        self.assertTrue(json.loads(weir.get(f"/api/v1/attacks/{found['id']}"))["evidence"]["samples"])
        self.attack(weir, "syn_flood", "103.64.13.21", seconds=3)
        # The end of the first may be told anew: it was killed before that was written down.
        fresh = wait_until(lambda: [a for a in self.attacks(weir, past=0) if a["target"] == "103.64.13.21/32"], "another attack")[0]
        self.assertGreater(fresh["id"], found["id"])

    def test_killed_during_an_attack_it_goes_on_with_its_number(self):
        weir = self.start(CONFIG.replace("hold: 5s", "hold: 60s"))
        self.attack(weir, "udp_flood", "103.64.13.30", seconds=60)
        found = wait_until(lambda: self.attacks(weir), "an attack")[0]
        weir.kill()
        weir = self.start(CONFIG.replace("hold: 5s", "hold: 60s"), "--udp", weir.udp[0])
        self.attack(weir, "udp_flood", "103.64.13.30", seconds=30)
        wait_until(lambda: [a for a in self.attacks(weir, past=0) if a["packets"] > found["packets"]], "the attack to go on")
        self.assertEqual([a["id"] for a in self.attacks(weir)], [found["id"]])

    def test_explain_rules_and_backtest(self):
        weir = self.start(CONFIG + """
  groups:
    - name: game
      prefixes: [103.64.13.0/28]
      thresholds:
        - {traffic: udp, measure: packets, value: 2M}
""")
        explained = run_weir("detect", "explain", "103.64.13.5", "--server", weir.url).stdout
        self.assertIn("group game (103.64.13.0/28)", explained)
        self.assertIn("2 Mp/s", explained)
        self.assertIn("defaults", explained)
        outside = json.loads(weir.get("/api/v1/detect/explain?address=192.0.2.1"))
        self.assertFalse(outside["own"])
        self.assertIn("udp packets incoming per address", run_weir("detect", "rules", "--server", weir.url).stdout)
        sent = json.loads(self.attack(weir, "udp_flood", "103.64.13.40", seconds=4).communicate(timeout=30)[0])
        live = wait_until(lambda: self.attacks(weir), "an attack")
        weir.wait_for_flows(sent["flows"])
        wait_until(lambda: self.attacks(weir, open=0), "the attack to end", limit=30)
        done = run_weir("detect", "backtest", "--json", "--from=-5m", "--server", weir.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([(a["kind"], a["target"], a["began"]) for a in report["attacks"]],
                         [(a["kind"], a["target"], a["began"]) for a in live])
        self.assertEqual(report["flows"], sent["flows"])
        rule = run_weir("detect", "backtest", "--filter", "proto udp", "--measure", "packets", "--value", "50k", "--from=-5m",
                        "--server", weir.url)
        self.assertIn("would have raised 1 attack", rule.stdout, rule.stderr)
        self.assertIn("103.64.13.40", rule.stdout)
        self.assertIn("would have been right", rule.stdout)

    def test_mistakes_are_refused_with_their_place(self):
        for text, words in [
                ("detect: {rules: [{name: x, filter: \"dst prot 22\", value: 1k}]}", ["prot", "character"]),
                ("detect: {rules: [{name: x, filter: any}]}", ["value"]),
                ("detect: {thresholds: [{traffic: upd, measure: bits, value: 1k}]}", ["upd"]),
                ("detect: {quiet: [{time: \"Son 02:00-04:00\"}]}", ["Son"]),
                ("detect: {hold: 1s}", ["detect.hold"]),
                ("detect: {groups: [{name: g, prefixes: [192.0.2.1/24]}]}", ["192.0.2.0/24"])]:
            file = self.directory / "bad.yaml"
            file.write_text(text + "\n")
            done = run_weir("check", file)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn("bad.yaml:1", done.stderr, text)
            for word in words:
                self.assertIn(word, done.stderr, text)
        weir = self.start()
        for path, status in [("/api/v1/attacks/x", 404), ("/api/v1/attacks/99", 404), ("/api/v1/attacks?within=x", 400),
                             ("/api/v1/attacks?top=0", 400), ("/api/v1/detect/explain", 400),
                             ("/api/v1/detect/explain?address=x", 400), ("/api/v1/detect/backtest?filter=dst+prot+1&value=1", 400),
                             ("/api/v1/detect/backtest?filter=any", 400), ("/api/v1/detect/backtest?rule=none", 404),
                             ("/api/v1/detect/backtest?window=0s&value=1", 400), ("/api/v1/detect/backtest?nonsense=1", 400)]:
            with self.assertRaises(urllib.error.HTTPError, msg=path) as refused:
                weir.get(path)
            self.assertEqual(refused.exception.code, status, path)
        for words, parameter, position in [("filter=dst+prot+1&value=1", "filter", 4), ("filter=any&value=much", "value", None),
                                           ("traffic=upd&value=1", "traffic", None), ("from=soon", "from", None),
                                           ("nonsense=1", "nonsense", None), ("filter=any", "value", None)]:
            with self.assertRaises(urllib.error.HTTPError, msg=words) as refused:
                weir.get("/api/v1/detect/backtest?" + words)
            problem = json.loads(refused.exception.read())
            self.assertEqual((problem["parameter"], problem.get("position")), (parameter, position), problem)
            self.assertEqual(refused.exception.headers["Content-Type"], "application/problem+json")

    def test_other_rules_are_taken_over_by_a_reload(self):
        weir = self.start()
        self.assertNotIn("my-rule", run_weir("detect", "rules", "--server", weir.url).stdout)
        (self.directory / "weir.yaml").write_text(CONFIG + "  rules: [{name: my-rule, filter: \"dst port 22\", measure: flows, value: 100}]\n")
        weir.process.send_signal(1)
        wait_until(lambda: "my-rule" in run_weir("detect", "rules", "--server", weir.url).stdout, "the rule")
