"""What the tests of the web interface share: one demo and one browser for all tests of a file."""
import hashlib
import json
import pathlib
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import harness
from browser import Browser
from harness import TestCase, Weir, wait_until
from page import Page

VICTIM = "103.64.13.104"
TOKENS = {"alice": "alice-token", "bob": "bob-token"}
BILLING = """
billing:
  currency: MYR
  time_zone: Asia/Kuala_Lumpur
  groups:
    - name: Kelapa Cloud
      customers: [Kelapa Cloud]
      commit: 100
      price: 10.00
      overage_price: 12.50
"""
PEOPLE = "".join(f"    - {{name: {name}, token_sha256: {hashlib.sha256(token.encode()).hexdigest()}}}\n" for name, token in TOKENS.items())
DEFENCE = f"""
detect:
  hold: 5s
routes:
  bgp:
    as: 45352
    router_id: 10.0.0.1
    peers:
      - {{name: transit-1, address: 127.0.1.99, as: 64501, port: 1, families: [ipv4-unicast]}}
mitigation:
  own_prefixes: [103.64.13.0/24]
  people:
{PEOPLE}  actions:
    - name: rtbh
      kind: blackhole
      to:
        - {{peers: [transit-1], communities: "65535:666", next_hop_ipv4: 192.0.2.254}}
"""

SETTLED = "!document.querySelector('.skeleton, .progress') && document.querySelector('h1') !== null"
ROWS = "document.querySelectorAll('[role=gridcell]').length > 0"
TABLES = "[...document.querySelectorAll('[role=grid]')].map((one) => one.innerText).join('\\n')"


def start(config=""):
    """For setUpModule: the demo with that configuration, once it has told its past, and a browser."""
    TestCase().need("chromium")
    holder = tempfile.TemporaryDirectory(prefix="weir-test-")
    unittest.addModuleCleanup(holder.cleanup)
    file = pathlib.Path(holder.name, "weir.yaml")
    file.write_text(config)
    Web.demo = demo = Weir(pathlib.Path(holder.name, "data"), *(["--config", file] if config else []), command="demo")
    unittest.addModuleCleanup(demo.kill)
    Web.browser = Browser()
    unittest.addModuleCleanup(Web.browser.close)
    wait_until(lambda: demo.sums(start="-2m")["flows"] > 0, "flows", limit=60, every=0.5)
    wait_until(lambda: "the past is told" in demo.log(), "the demo to tell its past", limit=60, every=0.5)
    wait_until(lambda: demo.sums(start="-12m", end="-10m")["flows"] > 0, "the past to be stored", limit=60, every=0.5)


def send(url, method, path, body, token=None):
    """JSON to the API; gives the answer's."""
    headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Web(TestCase):
    demo = None
    browser = None

    def page(self, **options):
        page = Page(self.browser, self.demo.url, **options)
        self.addCleanup(page.close)
        return page

    def settled(self, page):
        page.wait(SETTLED, "the section to settle", limit=40)

    @staticmethod
    def past(minutes=10):
        """A range of the past that the demo told when it started: its answers change no more."""
        began = (int(time.time() * 1000) - 7_200_000) // 300_000 * 300_000
        return urllib.parse.urlencode({"from": began, "to": began + minutes * 60_000})

    def send(self, method, path, body, token=None):
        return send(self.demo.url, method, path, body, token)

    def attack(self, kind="ntp_amplification", seconds=60):
        """An attack on VICTIM goes on while the test runs on."""
        process = subprocess.Popen([harness.WEIR, "generate", "--to", self.demo.udp[0], "--attack", kind, "--victim", VICTIM,
                                    "--protocol", "netflow9", "--duration", f"{seconds}s"], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)

    def attacked(self):
        """What detection says of it; None: nothing yet."""
        found = json.loads(self.demo.get("/api/v1/attacks?within=" + VICTIM))["attacks"]
        return next((one for one in found if one["target"] == VICTIM + "/32"), None)
