"""Names and counters of interfaces, asked of a real SNMP agent (snmpd)."""
import json
import os
import socket
import subprocess

from harness import Sender, TestCase, free_port, run_weir, wait_until
from netflow import Exporter9, record

AGENT = """
rocommunity weirtest 127.0.0.1
sysName edge-1
createUser weir SHA-256 authsecret1 AES privsecret1
rouser weir priv
"""
V3 = """user: weir
  auth: {protocol: SHA-256, password: authsecret1}
  privacy: {protocol: AES, password: privsecret1}"""


class Agent:
    """An snmpd on a free port, with a configuration and a state of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        (directory / "snmpd.conf").write_text(AGENT)
        self.process = None

    def start(self):
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(self.directory / "persistent"), "MIBS": ""}
        self.process = subprocess.Popen(
            ["/usr/sbin/snmpd", "-f", "-Ln", "-C", "-c", str(self.directory / "snmpd.conf"), "-I", "-smux",
             f"udp:127.0.0.1:{self.port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=environment)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


class Snmp(TestCase):
    def setUp(self):
        super().setUp()
        self.need("snmpd")
        self.agent = Agent(self.directory)
        self.addCleanup(self.agent.stop)
        self.loopback = socket.if_nametoindex("lo")

    def start(self, credentials, **agent):
        self.config = self.directory / "weir.yaml"
        self.config.write_text(
            f"snmp:\n  {credentials}\n  interval: 10s\n  timeout: 500ms\n"
            f"  exporters:\n    - {{address: 127.0.0.1, port: {self.agent.port}}}\n")
        return self.weir("--config", self.config)

    def name_on_a_flow(self, weir, source_port):
        """The incoming interface's name on a flow that came in on the loopback interface."""
        sender, exporter = Sender(weir.port), Exporter9(source_id=source_port)
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record(src_port=source_port, in_if=self.loopback)))
        rows = wait_until(lambda: weir.rows(f"src_port = {source_port}", by=("in_if_name",)), "the flow", every=0.2)
        return rows[0]["in_if_name"]

    def wait_for_poll(self, weir):
        wait_until(lambda: weir.total("weir_snmp_polls_total") > 0, "a poll", limit=60)

    def test_names_by_version_2c_and_after_a_restart_without_the_agent(self):
        self.agent.start()
        weir = self.start("community: weirtest")
        self.wait_for_poll(weir)
        self.assertEqual("lo", self.name_on_a_flow(weir, 1))
        kept = wait_until(lambda: self.kept(), "the file of interfaces")
        self.assertEqual(("127.0.0.1", "edge-1"), (kept[0]["exporter"], kept[0]["name"]))
        self.assertEqual(0, weir.stop())
        self.agent.stop()
        weir = self.weir("--config", self.config)
        self.assertEqual("lo", self.name_on_a_flow(weir, 2))
        wait_until(lambda: weir.total("weir_snmp_failures_total") > 0, "the agent to be missed", limit=60)
        self.assertEqual(0, weir.total("weir_snmp_up"))
        self.assertEqual("lo", self.name_on_a_flow(weir, 3))
        self.assertNotIn("weirtest", weir.log() + weir.get("/metrics"))

    def kept(self):
        file = self.data / "state/interfaces.json"
        return file.exists() and json.loads(file.read_text())

    def test_names_by_version_3(self):
        self.agent.start()
        weir = self.start(V3)
        self.wait_for_poll(weir)
        self.assertEqual("lo", self.name_on_a_flow(weir, 1))
        log = weir.log() + weir.get("/metrics")
        for secret in ("authsecret1", "privsecret1"):
            self.assertNotIn(secret, log)
        self.assertEqual(0, weir.stop())

    def test_wrong_secrets_are_said_and_not_shown(self):
        self.agent.start()
        weir = self.start(V3.replace("authsecret1", "wrongsecret"))
        wait_until(lambda: weir.total("weir_snmp_failures_total") > 0, "a refusal", limit=60)
        self.assertIn("uthentication", weir.log())
        self.assertNotIn("wrongsecret", weir.log())
        self.assertEqual("", self.name_on_a_flow(weir, 1) or "")

    def test_an_agent_that_does_not_answer_does_not_hold_up_a_stop(self):
        weir = self.start("community: weirtest")
        wait_until(lambda: weir.total("weir_snmp_failures_total") > 0, "the first time-out", limit=60)
        told = run_weir("doctor", "--server", weir.url)
        self.assertIn(f"127.0.0.1:{self.agent.port} does not answer", " ".join(told.stdout.split()))
        self.assertEqual(0, weir.stop(limit=20))
