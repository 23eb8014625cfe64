"""Starts, asks and stops a Weir for tests. Everything on loopback, on free ports, in a directory of its own."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

WEIR = os.environ.get("WEIR", str(pathlib.Path(__file__).resolve().parent.parent / "build/weir"))
ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared/data"


def run_weir(*arguments, limit=60, stdin=None, environment=None):
    """Runs a command of weir to its end; gives the finished process with its output as text."""
    return subprocess.run([WEIR, *map(str, arguments)], stdin=subprocess.DEVNULL if stdin is None else None, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", timeout=limit,
                          env={**os.environ, **(environment or {})})


def wait_until(true, what, limit=20.0, every=0.05):
    """Waits until `true()` gives something, and gives that; fails with `what`, a text or what gives one then, when the limit
    is over."""
    end = time.monotonic() + limit
    while True:
        value = true()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit:g} s for {what() if callable(what) else what}")
        time.sleep(every)


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


class Weir:
    """A running `weir serve` (or demo). Use it in a `with`, or call stop() or kill()."""

    def __init__(self, data, *options, command="serve", udp=("127.0.0.1:0",), http="127.0.0.1:0", es="127.0.0.1:0", environment=None, ready=30.0):
        self.data = pathlib.Path(data)
        self.listening_file = self.data / "state/listening.json"
        self.listening_file.unlink(missing_ok=True)  # of a process that was killed
        self.log_file = tempfile.NamedTemporaryFile("w+", prefix="weir-log-", errors="replace")
        listen = [word for endpoint in udp for word in ("--udp", endpoint)]
        self.process = subprocess.Popen(
            [WEIR, command, "--data", str(data), *listen, "--http", http, "--es", es, *map(str, options)], stdin=subprocess.DEVNULL,
            stdout=self.log_file, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        try:
            self.listening = wait_until(self.read_listening, "weir to listen", ready)
        except BaseException as error:
            self.kill()
            raise AssertionError(f"{error}; its log:\n{self.log()}") from error
        self.http = self.listening["http"]
        self.es = self.listening["es"]
        self.udp = self.listening["udp"]

    def read_listening(self):
        if self.process.poll() is not None:
            raise AssertionError(f"weir ended with status {self.process.returncode}")
        try:
            return json.loads(self.listening_file.read_text())
        except (OSError, ValueError):
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def log(self):
        return pathlib.Path(self.log_file.name).read_text(errors="replace")

    @property
    def url(self):
        return f"http://{self.http}"

    @property
    def port(self):
        return port_of(self.udp[0])

    # ------------------------------------------------------------------------------------------------------------- end

    def stop(self, limit=30):
        """SIGTERM; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    # ------------------------------------------------------------------------------------------------------------- ask

    def get(self, path, limit=20):
        with urllib.request.urlopen(self.url + path, timeout=limit) as answer:
            return answer.read().decode()

    def metrics(self):
        """name -> {labels as text: value}; a metric without labels under ''."""
        out = {}
        for line in self.get("/metrics").splitlines():
            found = re.match(r"([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)", line, re.I)
            if found and not line.startswith("#"):
                out.setdefault(found[1], {})[found[2] or ""] = float(found[3])
        return out

    def total(self, name):
        """The sum of a metric over all its labels."""
        return int(sum(self.metrics().get(name, {}).values()))

    def query(self, text="", by=(), **options):
        return query(["--server", self.url], text, by, **options)

    def rows(self, text="", by=(), **options):
        return rows(["--server", self.url], text, by, **options)

    def wait_for_flows(self, count, limit=30):
        """Waits until at least `count` flows are in the answers."""
        return wait_until(lambda: self.sums()["flows"] >= count, f"{count} flows", limit, every=0.2)

    def sums(self, text="", **options):
        return sums(["--server", self.url], text, **options)

    def memory(self):
        """Resident octets."""
        found = re.search(r"VmRSS:\s*(\d+) kB", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())
        return int(found[1]) * 1024


# ----------------------------------------------------------------------------------------------------------- questions


def query(where, text="", by=(), start="-2h", end="now", top=100_000, metric="bytes", extra=()):
    """`weir query` as people use it, in JSON."""
    command = ["query", *where, "--from", str(start), "--to", str(end), "--top", str(top), "--metric", metric,
               "--format", "json", *extra]
    if by:
        command += ["--by", ",".join(by)]
    done = run_weir(*command, *([text] if text else []))
    if done.returncode != 0:
        raise AssertionError(f"weir query {text!r} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def rows(where, text="", by=(), **options):
    """A list of dicts: the dimensions by name, and bytes, packets, flows as whole numbers."""
    return query(where, text, by, **options)["rows"]


def sums(where, text="", **options):
    """What all rows come to: bytes, packets, flows."""
    total = query(where, text, **options)["total"]
    return {name: int(total[name]) for name in ("bytes", "packets", "flows")}


# ------------------------------------------------------------------------------------------------------------- sending


class Sender:
    """A UDP socket that exports to a port of ours; its source port stays the same."""

    def __init__(self, port, source="127.0.0.1"):
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))
        self.to = ("::1" if ":" in source else "127.0.0.1", port)

    def send(self, *datagrams):
        for datagram in datagrams:
            self.socket.sendto(datagram, self.to)

    def close(self):
        self.socket.close()


def free_port(kind=socket.SOCK_DGRAM):
    with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestCase(unittest.TestCase):
    """A test with a directory of its own, removed with all in it, and Weirs that never outlive it."""

    def setUp(self):
        self.notes = []
        holder = tempfile.TemporaryDirectory(prefix="weir-test-")
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)
        self.data = self.directory / "data"

    def note(self, text):
        """A line for the report, below the test's own."""
        self.notes.append(text)

    def weir(self, *options, **arguments):
        """Starts a Weir on self.data; it is killed at the end of the test if it still runs."""
        started = Weir(arguments.pop("data", self.data), *options, **arguments)
        self.addCleanup(started.kill)
        return started

    def need(self, *programs):
        """Skips the test where a program that script/setup installs is absent."""
        import shutil
        for program in programs:
            if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
                self.skipTest(f"{program} is not installed (script/setup test)")

    def need_shared_data(self):
        if not SHARED_DATA.is_dir():
            self.skipTest("the captures are not beside the project (../shared/data)")
        return SHARED_DATA
