"""The command line: what the shell gets, and what people read when something is wrong."""
import json
import socket
import subprocess
import time

import capture
import netflow
from harness import ROOT, WEIR, Sender, TestCase, free_port, run_weir, wait_until


class ExitStatus(TestCase):
    def hold(self, done, status, *words):
        """An error is one line on standard error, with these words; nothing on standard output."""
        self.assertEqual(status, done.returncode, done.stderr)
        if status:
            self.assertEqual(1, done.stderr.rstrip("\n").count("\n") + 1, done.stderr)
            self.assertEqual("", done.stdout)
        for word in words:
            self.assertIn(word, done.stderr + done.stdout)

    def test_version_and_help(self):
        version = (ROOT / "VERSION").read_text().strip()
        self.hold(run_weir("--version"), 0, version)
        self.hold(run_weir("--help"), 0, "serve", "demo", "decode", "query", "doctor")
        for command in ("serve", "demo", "decode", "replay", "import", "query", "route", "generate", "check", "doctor"):
            with self.subTest(command):
                self.hold(run_weir(command, "--help"), 0, "--")

    def test_usage_errors_are_status_2(self):
        self.hold(run_weir(), 2)
        self.hold(run_weir("flood"), 2, "flood")
        self.hold(run_weir("serve", "--no-such-option"), 2, "--no-such-option")
        self.hold(run_weir("decode"), 2)
        self.hold(run_weir("serve", "--udp", "127.0.0.1"), 2, "127.0.0.1")
        self.hold(run_weir("query", "--from", "yesterdayish"), 2, "yesterdayish")
        self.hold(run_weir("query", "--by", "no_such_column", "--data", str(self.data)), 2, "no_such_column")
        self.hold(run_weir("query", "--metric", "litres"), 2, "litres")

    def test_failures_are_status_1_and_name_the_thing(self):
        missing = str(self.directory / "missing.pcap")
        self.hold(run_weir("decode", missing), 1, missing)
        self.hold(run_weir("query", "--server", f"http://127.0.0.1:{free_port(socket.SOCK_STREAM)}"), 1, "127.0.0.1")
        self.hold(run_weir("query", "--data", missing), 1, missing)
        not_a_capture = self.directory / "notes.txt"
        not_a_capture.write_text("this is no capture file\n")
        self.hold(run_weir("decode", not_a_capture), 1, str(not_a_capture))

    def test_a_wrong_filter_shows_the_place(self):
        done = run_weir("query", "src nett 192.0.2.0/24", "--data", str(self.data))
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("nett", done.stderr)
        self.assertIn("^", done.stderr)


class Configuration(TestCase):
    def check(self, text):
        file = self.directory / "weir.yaml"
        file.write_text(text)
        return run_weir("check", file)

    def hold(self, text, line, *words):
        done = self.check(text)
        self.assertEqual(1, done.returncode, f"{text!r}: {done.stdout}")
        self.assertIn(f"weir.yaml:{line}:", done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_good(self):
        done = self.check("listen: ['127.0.0.1:2055', '[::1]:2055']\nstore:\n  hot_time: 2h\n")
        self.assertEqual(0, done.returncode, done.stderr)

    def test_empty_is_all_defaults(self):
        self.assertEqual(0, self.check("").returncode)

    def test_unknown_key(self):
        self.hold("http: 127.0.0.1:8080\nlisten_on: ['127.0.0.1:2055']\n", 2, "listen_on")

    def test_duplicate_key(self):
        self.hold("workers: 1\nhttp: 127.0.0.1:8080\nworkers: 2\n", 3, "workers")

    def test_bad_value(self):
        self.hold("\n\nworkers: many\n", 3, "many")

    def test_number_that_looks_octal(self):
        self.hold("workers: 010\n", 1, "010")

    def test_not_yaml(self):
        self.hold("listen: [\n", 2)

    def test_serve_refuses_a_bad_configuration(self):
        file = self.directory / "weir.yaml"
        file.write_text("workerz: 1\n")
        done = run_weir("serve", "--config", file, "--data", self.data)
        self.assertEqual(1, done.returncode)
        self.assertIn("weir.yaml:1:", done.stderr)
        self.assertIn("workerz", done.stderr)

    def test_missing_file(self):
        done = run_weir("serve", "--config", self.directory / "none.yaml")
        self.assertEqual(1, done.returncode)
        self.assertIn("none.yaml", done.stderr)


class Decode(TestCase):
    def capture(self, at=1_700_000_000):
        """A capture that a real router could have left at this time: v5 and v9 over UDP."""
        exporter = netflow.Exporter9(now=at)
        payloads = [exporter.template(), exporter.data(netflow.record(bytes=1500, packets=3)),
                    netflow.netflow5([("192.0.2.5", "198.51.100.5", 5, 53, 17, 77, 1)], now=at)]
        return capture.write(self.directory / "routers.pcap", [(at, payload) for payload in payloads])

    def test_one_object_a_line(self):
        done = run_weir("decode", self.capture())
        self.assertEqual(0, done.returncode, done.stderr)
        first, second = (json.loads(line) for line in done.stdout.splitlines())
        self.assertEqual(("192.0.2.1", "198.51.100.1", 1500, 3, "netflow9", "192.0.2.254"),
                         tuple(first[k] for k in ("src_addr", "dst_addr", "bytes", "packets", "export_protocol", "exporter")))
        self.assertEqual(("192.0.2.5", 53, 17, 77, "netflow5"),
                         tuple(second[k] for k in ("src_addr", "dst_port", "proto", "bytes", "export_protocol")))
        self.assertEqual(1_700_000_000_000, first["flow_end"])

    def test_standard_input(self):
        done = subprocess.run([WEIR, "decode", "-"], input=self.capture().read_bytes(), capture_output=True, timeout=20)
        self.assertEqual(2, len(done.stdout.splitlines()), done.stderr)

    def test_a_reader_that_goes_away_is_no_error(self):
        done = subprocess.run(f"{WEIR} decode {' '.join([str(self.capture())] * 50)} | head -n 1 >/dev/null; "
                              "exit ${PIPESTATUS[0]}", shell=True, executable="/bin/bash", timeout=20)
        self.assertEqual(0, done.returncode)

    def test_import_keeps_what_is_older_than_the_retention_and_says_so(self):
        at = int(time.time()) - 400 * 86400
        done = run_weir("import", self.capture(at=at), "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        stored = json.loads(done.stdout)["flows_stored"]
        self.assertGreater(stored, 0)
        self.assertIn("store.retention.flows.age", done.stderr)
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at - 7200))
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at + 7200))
        asked = run_weir("query", "--data", self.data, "--from", start, "--to", end, "--metric", "flows", "--format", "json")
        self.assertEqual(asked.returncode, 0, asked.stderr)
        self.assertEqual(json.loads(asked.stdout)["total"]["flows"], stored)

    def test_import_then_query_without_a_server(self):
        done = run_weir("import", self.capture(at=int(time.time()) - 7200), "--data", self.data)
        self.assertEqual(0, done.returncode, done.stderr)
        asked = run_weir("query", "--data", self.data, "--by", "src_addr", "--format", "json", "--from", "-1d")
        self.assertEqual(0, asked.returncode, asked.stderr)
        self.assertEqual([("192.0.2.1", 1500), ("192.0.2.5", 77)],
                         [(row["src_addr"], int(row["bytes"])) for row in json.loads(asked.stdout)["rows"]])

    def test_replay_to_a_running_weir(self):
        weir = self.weir()
        done = run_weir("replay", self.capture(), "--to", weir.udp[0], "--speed", "0")
        self.assertEqual(0, done.returncode, done.stderr)
        wait_until(lambda: weir.total("weir_store_flows_total") == 2, "two flows in the store")


class Formats(TestCase):
    def test_table_json_and_csv_tell_the_same(self):
        weir = self.weir()
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        exporter = netflow.Exporter9()
        sender.send(exporter.template(), exporter.data(netflow.record(src_addr="192.0.2.7", bytes=123_456, packets=100),
                                                       netflow.record(src_addr="192.0.2.8", bytes=5, packets=1)))
        weir.wait_for_flows(2)
        command = ["query", "--server", weir.url, "--by", "src_addr", "--from", "-1h"]
        csv_text = run_weir(*command, "--format", "csv").stdout
        self.assertEqual([["1", "192.0.2.7", "123456", "100", "1"], ["2", "192.0.2.8", "5", "1", "1"]],
                         [line.split(",") for line in csv_text.splitlines()[1:3]])
        table = run_weir(*command).stdout
        self.assertLess(table.index("192.0.2.7"), table.index("192.0.2.8"))
        self.assertEqual(123_461, weir.sums()["bytes"])

    def test_all_that_can_be_asked_is_told_in_every_form(self):
        weir = self.weir()
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        exporter = netflow.Exporter9()
        sender.send(exporter.template(),
                    exporter.data(netflow.record(src_addr="192.0.2.7", dst_addr="198.51.100.1", bytes=1000, packets=10),
                                  netflow.record(src_addr="198.51.100.1", dst_addr="192.0.2.7", bytes=50, packets=2)))
        weir.wait_for_flows(2)
        asked = ["query", "src net 192.0.2.0/24", "--server", weir.url, "--by", "src_addr", "--resolution", "1m", "--rank", "max",
                 "--metric", "layer2_bytes", "--overhead", "38", "--distinct", "dst_addr,dst_port", "--both", "--compare", "1d",
                 "--no-series", "--timeout", "20s"]
        answer = json.loads(run_weir(*asked, "--format", "json").stdout)
        [row] = answer["rows"]
        self.assertEqual((row["bytes"], row["layer2_bytes"], row["distinct"], row["reverse"]["bytes"], row["previous"]["bytes"]),
                         (1000, 1380, {"dst_addr": 1, "dst_port": 1}, 50, 0))
        self.assertNotIn("series", row)
        self.assertEqual("bit/s", answer["unit"])
        self.assertGreater(row["statistics"]["maximum"], row["statistics"]["average"])
        csv_text = run_weir(*asked, "--format", "csv").stdout
        for header in ("layer2_bytes (B)", "distinct dst_addr", "percentile_95 (bit/s)", "reverse bytes (B)", "previous packets (p)"):
            self.assertIn(header, csv_text.splitlines()[0].split(","))
        table = run_weir(*asked).stdout
        for header in ("L2 bytes", "different dst_addr", "95th bit/s", "reverse bit/s", "change %"):
            self.assertIn(header, table)
        shared = run_weir("query", "--server", weir.url, "--by", "exporter,in_if", "--share", "--format", "json").stdout
        self.assertIn("speed_bps", json.loads(shared)["rows"][0])
        refused = run_weir("query", "--server", weir.url, "--by", "in_if", "--share")
        self.assertEqual(2, refused.returncode)
        self.assertIn("exporter", refused.stderr)

    def test_doctor_names_the_exporter_and_what_is_wrong(self):
        weir = self.weir()
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        sender.send(b"\x00\x63 this is no export protocol", netflow.netflow5([("192.0.2.5", "198.51.100.5", 5, 53, 17, 77, 1)]))
        weir.wait_for_flows(1)
        done = run_weir("doctor", "--server", weir.url)
        self.assertIn("127.0.0.1", done.stdout)
        self.assertIn("1 datagrams are of no protocol that Weir knows", done.stdout)
        self.assertEqual(1, weir.total("weir_exporter_bad_version_total"))
