"""A flood of routes while flows come in: a router announces a million prefixes over BMP and withdraws them again."""
import pathlib
import random
import struct
import subprocess
import json
import threading
import time

import bmp
import harness

PEER = ("192.0.2.1", 64496, "192.0.2.1")
PER_UPDATE = 900


def prefixes(count, seed=1):
    """Distinct /24s spread over the unicast space, in random order."""
    return [(struct.pack(">I", number << 8), 24)
            for number in random.Random(seed).sample(range(1 << 16, 224 << 16), count)]


def updates(of, withdrawn=False, seed=2):
    """UPDATE messages with about as many attribute sets as a real table has: one for each 900 prefixes and more."""
    rng = random.Random(seed)
    for first in range(0, len(of), PER_UPDATE):
        part = of[first:first + PER_UPDATE]
        if withdrawn:
            yield bmp.withdraw(part)
        else:
            path = [64496] + [rng.randrange(1, 65000) for _ in range(rng.randrange(1, 5))]
            yield bmp.announce(part, path, "192.0.2.1", [(64496, rng.randrange(1, 1000)) for _ in range(3)])


class Flood(threading.Thread):
    """Announces and withdraws until told to stop; counts rounds and how long each half took to send."""

    def __init__(self, port, count):
        super().__init__(daemon=True)
        self.router = bmp.Router(("127.0.0.1", port))
        self.router.peer_up(PEER)
        table = prefixes(count)
        self.halves = [list(updates(table)), list(updates(table, withdrawn=True))]
        self.stopping = threading.Event()
        self.sent_seconds = []

    def run(self):
        while not self.stopping.is_set():
            for half in self.halves:
                began = time.monotonic()
                for update in half:
                    self.router.monitor(PEER, update)
                self.sent_seconds.append(time.monotonic() - began)

    def stop(self):
        self.stopping.set()
        self.join(120)
        self.router.close()


def measure(directory, rate=100_000, seconds=30, count=1_000_000):
    """Sends flows at `rate` with and without the flood beside them; what was lost, what it cost."""
    port = harness.free_port(harness.socket.SOCK_STREAM)
    config = pathlib.Path(directory, "flood.yaml")
    config.write_text(f"routes:\n  bmp:\n    listen: [127.0.0.1:{port}]\n")
    out = {}
    for name in ("quiet", "flooded"):
        with harness.Weir(pathlib.Path(directory, name), "--config", str(config)) as weir:
            flood = Flood(port, count) if name == "flooded" else None
            if flood:
                flood.start()
            done = subprocess.run([harness.WEIR, "generate", "--to", f"127.0.0.1:{weir.port}", "--protocol", "netflow9",
                                   "--rate", str(rate), "--flows", str(rate * seconds)], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=600, check=True)
            if flood:
                flood.stop()
            sent = int(json.loads(done.stdout)["flows"])
            harness.wait_until(lambda: weir.total("weir_store_flows_total") >= sent, "all flows in the store", 60)
            metrics = {key: weir.total(key) for key in ("weir_store_flows_total", "weir_exporter_flows_routed_total")}
            fields = pathlib.Path(f"/proc/{weir.process.pid}/stat").read_text().rpartition(")")[2].split()
            out[name] = {"sent": sent, "stored": metrics["weir_store_flows_total"],
                         "seconds": json.loads(done.stdout)["elapsed_ms"] / 1000,
                         "cpu": (int(fields[11]) + int(fields[12])) / harness.os.sysconf("SC_CLK_TCK"),
                         "routed": metrics["weir_exporter_flows_routed_total"],
                         "rounds": len(flood.sent_seconds) / 2 if flood else 0, "memory": weir.memory()}
            weir.stop(60)
    return out
