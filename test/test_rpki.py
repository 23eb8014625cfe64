"""Origin validation: VRPs from a real RTR cache (stayrtr), from a file and from the web, judged on flows."""
import contextlib
import functools
import gzip
import http.server
import json
import socket
import subprocess
import threading
import time

from harness import Sender, TestCase, free_port, wait_until
from netflow import Exporter9, record

ROUTES = """
routes:
  static:
    - {prefix: 198.51.100.0/24, as_path: "64500 64496"}
    - {prefix: 203.0.113.0/24, as_path: "64500 64497"}
    - {prefix: 192.0.2.0/24, as_path: "64500 64498"}
"""
VALID, INVALID, NOT_FOUND = "198.51.100.1", "203.0.113.1", "192.0.2.1"


def vrps(*entries):
    """The JSON of (prefix, most length, AS)."""
    return json.dumps({"metadata": {}, "roas": [
        {"prefix": prefix, "maxLength": most, "asn": f"AS{number}", "ta": "test"} for prefix, most, number in entries]})


FIRST = vrps(("198.51.100.0/24", 24, 64496), ("203.0.113.0/24", 24, 64511))
SECOND = vrps(("198.51.100.0/24", 24, 64511), ("192.0.2.0/24", 24, 64498))


class Cache:
    """A stayrtr that serves one file."""

    def __init__(self, file):
        self.file = file
        self.port = free_port(socket.SOCK_STREAM)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ["stayrtr", "-bind", f"127.0.0.1:{self.port}", "-cache", str(self.file), "-checktime=false", "-metrics.addr", "",
             "-refresh", "1", "-loglevel", "fatal"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


class Rpki(TestCase):
    def write(self, name, text):
        """As those do that replace a file."""
        beside = self.directory / (name + ".new")
        beside.write_bytes(text if isinstance(text, bytes) else text.encode())
        beside.rename(self.directory / name)
        return self.directory / name

    def configured(self, text):
        self.config = self.directory / "weir.yaml"
        self.config.write_text(ROUTES + text)
        return self.weir("--config", self.config)

    def judged(self, weir, source_port):
        """Sends one flow to each of the three prefixes and gives what is said of each."""
        sender, exporter = Sender(weir.port), Exporter9(source_id=source_port)
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(*[
            record(dst_addr=address, src_port=source_port) for address in (VALID, INVALID, NOT_FOUND)]))
        filtered = f"src_port = {source_port}"
        rows = wait_until(lambda: (found := weir.rows(filtered, by=("dst_addr", "rpki"))) and len(found) == 3 and found,
                          "three flows", every=0.2)
        return {row["dst_addr"]: row["rpki"] for row in rows}

    def wait_for_vrps(self, weir, count):
        wait_until(lambda: weir.total("weir_rpki_vrps") == count, f"{count} VRPs", limit=30)

    def test_a_cache_that_changes_is_lost_and_comes_back(self):
        self.need("stayrtr")
        cache = Cache(self.write("vrps.json", FIRST))
        self.addCleanup(cache.stop)
        cache.start()
        weir = self.configured(f"rpki: {{caches: [{{host: 127.0.0.1, port: {cache.port}}}]}}\n")
        self.wait_for_vrps(weir, 2)
        self.assertEqual({VALID: "valid", INVALID: "invalid", NOT_FOUND: "not-found"}, self.judged(weir, 1))

        self.write("vrps.json", SECOND)
        wait_until(lambda: self.serial(weir) > 0, "the next serial number", limit=30)
        self.wait_for_vrps(weir, 2)
        self.assertEqual({VALID: "invalid", INVALID: "not-found", NOT_FOUND: "valid"}, self.judged(weir, 2))

        second = int(time.time())
        wait_until(lambda: int(time.time()) != second, "another second: stayrtr numbers its session by it")
        cache.stop()
        wait_until(lambda: weir.total("weir_rpki_cache_up") == 0, "the cache to be lost")
        self.assertEqual({VALID: "invalid", INVALID: "not-found", NOT_FOUND: "valid"}, self.judged(weir, 3))

        self.write("vrps.json", FIRST)
        cache.start()
        wait_until(lambda: weir.total("weir_rpki_cache_up") == 1, "the cache to be back", limit=90)
        wait_until(lambda: self.judged_once(weir) == "valid", "the new VRPs", limit=30)
        self.assertEqual(0, weir.stop())

    def serial(self, weir):
        return weir.total("weir_rpki_cache_serial")

    def judged_once(self, weir):
        self.next_port = getattr(self, "next_port", 100) + 1
        return self.judged(weir, self.next_port)[VALID]

    def test_a_file_is_read_again_and_a_broken_one_is_not_used(self):
        file = self.write("vrps.json.gz", gzip.compress(FIRST.encode()))
        weir = self.configured(f"rpki: {{file: {file}}}\n")
        self.assertEqual({VALID: "valid", INVALID: "invalid", NOT_FOUND: "not-found"}, self.judged(weir, 1))
        self.write("vrps.json.gz", SECOND[:-20])
        wait_until(lambda: weir.total("weir_rpki_file_failures_total") == 1, "the broken file to be seen")
        self.assertIn("line 1", weir.log())
        self.assertEqual("valid", self.judged(weir, 2)[VALID])
        self.write("vrps.json.gz", "ASN,IP Prefix,Max Length\nAS64511,198.51.100.0/24,24\n")
        self.wait_for_vrps(weir, 1)
        self.assertEqual("invalid", self.judged(weir, 3)[VALID])

    def test_a_file_from_the_web_outlives_its_server(self):
        site = self.directory / "site"
        site.mkdir()
        (site / "vrps.json").write_text(FIRST)
        handler = functools.partial(QuietHandler, directory=str(site))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with contextlib.ExitStack() as stack:
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            text = f"rpki: {{url: 'http://user:hidden@127.0.0.1:{server.server_port}/vrps.json?token=hidden'}}\n"
            weir = self.configured(text)
            self.wait_for_vrps(weir, 2)
            self.assertEqual("valid", self.judged(weir, 1)[VALID])
            self.assertNotIn("hidden", weir.log() + weir.get("/metrics"))
            self.assertEqual(0, weir.stop())
        weir = self.weir("--config", self.config)
        self.wait_for_vrps(weir, 2)
        wait_until(lambda: weir.total("weir_fetch_failures_total") >= 1, "the server to be missed")
        self.assertEqual("valid", self.judged(weir, 2)[VALID])
        self.assertNotIn("hidden", weir.log() + weir.get("/metrics"))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
