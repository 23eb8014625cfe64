"""`weir serve` as a service: start, reload, stop, restart, and what survives them."""
import signal
import socket
import threading
import time
import urllib.error
import urllib.request

from harness import Sender, TestCase, run_weir, wait_until
from netflow import Exporter9, netflow5, record


class Lifecycle(TestCase):
    def sender(self, weir, source="127.0.0.1"):
        made = Sender(weir.port, source)
        self.addCleanup(made.close)
        return made

    def test_sigterm_drains_and_commits(self):
        """Every flow that was sent before the signal is there after a restart."""
        weir = self.weir()
        sender, exporter = self.sender(weir), Exporter9()
        sender.send(exporter.template())
        for _ in range(100):
            sender.send(exporter.data(*[record()] * 20))
            time.sleep(0.001)
        self.assertEqual(0, weir.stop())
        self.assertFalse(weir.listening_file.exists(), "a stopped Weir listens nowhere")
        self.assertEqual(2000, self.weir().sums()["flows"])

    def test_a_second_sigterm_does_not_kill_the_drain(self):
        weir = self.weir()
        sender = self.sender(weir)
        sender.send(netflow5([("192.0.2.1", "198.51.100.1", 1, 2, 6, 100, 1)]))
        weir.wait_for_flows(1)
        weir.process.send_signal(signal.SIGTERM)
        weir.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, weir.process.wait(20))

    def test_sigint_stops_as_well(self):
        weir = self.weir()
        weir.process.send_signal(signal.SIGINT)
        self.assertEqual(0, weir.process.wait(20))

    def test_a_taken_udp_port_is_named(self):
        weir = self.weir()
        done = run_weir("serve", "--data", self.directory / "other", "--udp", weir.udp[0], "--http", "127.0.0.1:0", "--es", "127.0.0.1:0", limit=20)
        self.assertEqual(1, done.returncode)
        self.assertIn(weir.udp[0], done.stderr)

    def test_a_taken_http_port_is_named(self):
        weir = self.weir()
        done = run_weir("serve", "--data", self.directory / "other", "--udp", "127.0.0.1:0", "--http", weir.http, "--es", "127.0.0.1:0", limit=20)
        self.assertEqual(1, done.returncode)
        self.assertIn(weir.http, done.stderr)

    def test_a_data_directory_that_is_open_elsewhere_is_named(self):
        self.weir()
        done = run_weir("serve", "--data", self.data, "--udp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--es", "127.0.0.1:0", limit=20)
        self.assertEqual(1, done.returncode)
        self.assertIn(str(self.data), done.stderr)

    def test_ipv6(self):
        weir = self.weir(udp=("[::1]:0",), http="[::1]:0")
        sender = Sender(weir.port, "::1")
        self.addCleanup(sender.close)
        sender.send(netflow5([("192.0.2.1", "198.51.100.1", 1, 2, 6, 100, 1)]))
        weir.wait_for_flows(1)
        self.assertEqual("::1", weir.rows(by=["exporter"])[0]["exporter"])


class Reload(TestCase):
    def start(self, text):
        self.config = self.directory / "weir.yaml"
        self.config.write_text(text)
        return self.weir("--config", self.config)

    def names(self, weir, sender):
        """Sends a flow and tells the names of the exporter that the flows so far have."""
        before = weir.total("weir_store_flows_total")
        sender.send(netflow5([("192.0.2.1", "198.51.100.1", 1, 2, 6, 100, 1)]))
        wait_until(lambda: weir.total("weir_store_flows_total") > before, "the flow to be stored")
        return {row["exporter_name"] for row in weir.rows(by=["exporter_name"])}

    CONFIG = "exporters:\n  - address: 127.0.0.1\n    name: {}\n"

    def test_sighup_takes_the_new_names(self):
        weir = self.start(self.CONFIG.format("edge-one"))
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        self.assertEqual({"edge-one"}, self.names(weir, sender))
        self.config.write_text(self.CONFIG.format("edge-two"))
        weir.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "edge-two" in self.names(weir, sender), "the new name", every=0.3)
        self.assertIsNone(weir.process.poll())

    def test_sighup_with_a_bad_file_keeps_the_old(self):
        weir = self.start(self.CONFIG.format("edge-one"))
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        self.config.write_text("exporters: 7\n")
        weir.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "weir.yaml:1" in weir.log(), "the error in the log")
        self.assertEqual({"edge-one"}, self.names(weir, sender))


class ServiceManager(TestCase):
    def test_sd_notify(self):
        """systemd hears READY=1 when all is open, RELOADING=1 around a reload and STOPPING=1 at the stop."""
        path = str(self.directory / "notify")
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(path)
        manager.settimeout(20)
        heard = []

        def hear(word):
            while not any(word in message for message in heard):
                heard.append(manager.recv(4096).decode())

        weir = self.weir(environment={"NOTIFY_SOCKET": path})
        hear("READY=1")
        weir.process.send_signal(signal.SIGHUP)
        hear("RELOADING=1")
        heard.clear()
        hear("READY=1")
        weir.process.send_signal(signal.SIGTERM)
        hear("STOPPING=1")
        self.assertEqual(0, weir.process.wait(20))


class Templates(TestCase):
    def restart(self, weir):
        """The same ports again, so that the Transport Session is the same."""
        udp = weir.udp[0]
        self.assertEqual(0, weir.stop())
        return self.weir(udp=(udp,))

    def test_templates_survive_a_restart(self):
        weir = self.weir()
        sender, exporter = Sender(weir.port), Exporter9()
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record()))
        weir.wait_for_flows(1)
        weir = self.restart(weir)
        sender.send(exporter.data(record(bytes=77_777)))  # no template since the restart
        weir.wait_for_flows(2)
        self.assertEqual(77_777, weir.sums("bytes > 70000")["bytes"])
        self.assertEqual(0, weir.total("weir_exporter_sets_parked_total"))

    def test_templates_survive_a_kill(self):
        """They are saved while Weir runs, not only when it stops."""
        weir = self.weir()
        sender, exporter = Sender(weir.port), Exporter9()
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record()))
        weir.wait_for_flows(1)
        saved = lambda: [file for file in (self.data / "state").glob("decoder-*.bin") if file.stat().st_size > 50]
        wait_until(saved, "the templates to be saved", limit=60)
        udp = weir.udp[0]
        weir.kill()
        weir = self.weir(udp=(udp,))
        sender.send(exporter.data(record(bytes=88_888)))
        wait_until(lambda: weir.sums("bytes > 80000")["flows"] == 1, "the flow that needs the saved template")

    def test_a_data_set_before_its_template_waits_for_it(self):
        weir = self.weir()
        sender, exporter = Sender(weir.port), Exporter9()
        self.addCleanup(sender.close)
        template = exporter.template()
        sender.send(exporter.data(record(bytes=4242, ago_ms=30_000)))
        wait_until(lambda: weir.total("weir_exporter_sets_parked_total") == 1, "the set to be parked")
        self.assertEqual(0, weir.sums()["flows"])
        sender.send(template)
        weir.wait_for_flows(1)
        self.assertEqual(1, weir.total("weir_exporter_sets_unparked_total"))
        # With its own time, not with the template's.
        self.assertEqual(0, weir.sums(start="-20s")["flows"])

    def test_the_same_template_of_two_exporters_means_two_things(self):
        weir = self.weir()
        one, two = Sender(weir.port), Sender(weir.port, "127.0.0.2")
        self.addCleanup(one.close)
        self.addCleanup(two.close)
        first, second = Exporter9(first_template=256), Exporter9(first_template=255 + 256)
        second.template_ids = {4: 300, 6: 256}  # 256 is the IPv6 template here
        one.send(first.template())
        two.send(second.template())
        one.send(first.data(record(src_addr="192.0.2.33", bytes=1)))
        two.send(second.data(record(src_addr="2001:db8::33", dst_addr="2001:db8::34", bytes=2), version=6))
        weir.wait_for_flows(2)
        self.assertEqual({("192.0.2.33", "127.0.0.1"), ("2001:db8::33", "127.0.0.2")},
                         {(row["src_addr"], row["exporter"]) for row in weir.rows(by=["src_addr", "exporter"])})


class Hardening(TestCase):
    def test_rubbish_costs_nothing_else(self):
        """Bad datagrams are counted by exporter and reason; the good one between them is kept."""
        weir = self.weir()
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        good = netflow5([("192.0.2.1", "198.51.100.1", 1, 2, 6, 100, 1)])
        sender.send(b"\x00", b"\x00\x05\x00\x1e", b"\xff\xff" * 40, good, good[:30], b"\x00\x09\x00\x01")
        weir.wait_for_flows(1)
        wait_until(lambda: weir.total("weir_exporter_datagrams_total") == 6, "all six to be counted")
        self.assertGreaterEqual(weir.total("weir_exporter_bad_version_total") + weir.total("weir_exporter_bad_header_total"), 3)
        self.assertEqual(1, weir.total("weir_exporter_flows_total"))

    def test_http_answers_while_flows_come_in(self):
        weir = self.weir()
        stop = threading.Event()

        def flood():
            sender, exporter = Sender(weir.port), Exporter9()
            sender.send(exporter.template())
            end = time.monotonic() + 15
            while not stop.is_set() and time.monotonic() < end:
                sender.send(exporter.data(*[record()] * 20))
                time.sleep(0.0005)
            sender.close()

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            wait_until(lambda: weir.sums()["flows"] > 5000, "flows in the answers")
            for _ in range(20):
                self.assertIn("weir_exporter_flows_total", weir.get("/metrics"))
            page = weir.get("/")
            self.assertIn("<html", page.lower())
        finally:
            stop.set()
            thread.join()

    def test_unknown_path_is_404_with_a_problem_document(self):
        weir = self.weir()
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(weir.url + "/api/v1/none", timeout=10)
        self.assertEqual(404, caught.exception.code)
        self.assertIn("application/problem+json", caught.exception.headers["Content-Type"])
        caught.exception.close()
