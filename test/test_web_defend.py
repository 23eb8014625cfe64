"""DDoS and mitigation in a browser, against `weir demo` with attacks sent to it and a dry run configured."""
import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest
import urllib.error

import harness
from harness import TestCase, Weir, wait_until
from page import AXE, Page

VICTIM = "103.64.13.104"
TOKENS = {"alice": "alice-token", "bob": "bob-token"}
CONFIG = f"""
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
{"".join(f"    - {{name: {name}, token_sha256: {hashlib.sha256(token.encode()).hexdigest()}}}{chr(10)}" for name, token in TOKENS.items())}
  actions:
    - name: rtbh
      kind: blackhole
      to:
        - {{peers: [transit-1], communities: "65535:666", next_hop_ipv4: 192.0.2.254}}
"""
SETTLED = "!document.querySelector('.skeleton') && document.querySelector('h1') !== null"


class Defend(TestCase):
    """One demo for all of its tests."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="weir-test-")
        cls.addClassCleanup(holder.cleanup)
        config = pathlib.Path(holder.name, "weir.yaml")
        config.write_text(CONFIG)
        cls.demo = Weir(pathlib.Path(holder.name, "data"), "--config", config, command="demo")
        cls.addClassCleanup(cls.demo.kill)
        for path in ("/api/v1/attacks", "/api/v1/mitigations"):
            try:
                cls.demo.get(path)
            except urllib.error.HTTPError as error:
                raise unittest.SkipTest(f"GET {path} answers {error.code}") from error
        wait_until(lambda: cls.demo.sums(start="-2m")["flows"] > 0, "flows", limit=30, every=0.5)

    def setUp(self):
        super().setUp()
        self.need("chromium")

    def page(self, **options):
        page = Page(self.demo.url, **options)
        self.addCleanup(page.close)
        return page

    def attack(self, kind="ntp_amplification", seconds=60):
        process = subprocess.Popen([harness.WEIR, "generate", "--to", self.demo.udp[0], "--attack", kind, "--victim", VICTIM,
                                    "--protocol", "netflow9", "--duration", f"{seconds}s"], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)

    def attacked(self):
        found = json.loads(self.demo.get("/api/v1/attacks?within=" + VICTIM))["attacks"]
        return next((one for one in found if one["target"] == VICTIM + "/32"), None)

    def fill(self, page, label, text):
        page.wait(f"""(() => {{
            const box = [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith({json.dumps(label)}))?.querySelector('input');
            if (!box) return false;
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, {json.dumps(text)});
            box.dispatchEvent(new Event('input', {{bubbles: true}}));
            return box.value === {json.dumps(text)};
        }})()""", f"{label} to be {text}")

    def test_an_attack_appears_and_has_its_page(self):
        """Sent while the page is open: it appears, its page has evidence, its JSON is that of the API."""
        page = self.page()
        page.go("/ddos", "Attacks")
        page.wait(SETTLED)
        self.attack()
        page.wait_text("NTP amplification on " + VICTIM, limit=40)
        number = self.attacked()["id"]
        page.click("button", "NTP amplification on " + VICTIM)
        page.wait(f"location.search.includes('attack={number}')", "its page's address")
        page.wait_text("Source ports")
        self.assertIn("123 ntp", page.text())
        page.wait("document.querySelector('canvas') !== null", "the curve")
        link = page.wait("[...document.querySelectorAll('a[download]')].find((one) => one.textContent === 'JSON')?.getAttribute('href')")
        self.assertEqual(number, json.loads(self.demo.get(link))["id"])
        self.assertIn("<html", self.demo.get(link.replace("json", "html")))
        page.click("button", "All rules that govern")
        page.wait_text("is of the own network")
        page.wait_text("Rules, the nearest to its threshold first")

    def test_a_rule_is_tried(self):
        page = self.page()
        page.go("/ddos?view=rules&measure=packets&value=1&tried=yes&from=-1m")
        page.wait_text("would have been raised", limit=60)
        page.go("/ddos?view=rules&filter=prot+udp&value=5k&tried=yes&from=-1m")
        page.wait_text("Error 400. Filter:", limit=60)

    def test_a_proposal_is_made_approved_and_withdrawn(self):
        page = self.page()
        page.go("/mitigation", "Dry run.")
        self.fill(page, "Your token", TOKENS["alice"])
        page.click("button", "Propose by hand")
        self.fill(page, "Target", "8.8.8.8")
        page.click("button", "Check: routes and guards")
        page.wait_text("Guard own_prefixes:")
        self.fill(page, "Target", VICTIM)
        self.fill(page, "Why", "ticket 12")
        page.click("button", "Check: routes and guards")
        page.wait_text("No guard speaks against it.")
        self.assertIn(f"{VICTIM}/32 next hop 192.0.2.254", page.text())
        page.evaluate("[...document.querySelectorAll('form button')].find((one) => one.textContent === 'Propose').click()")
        page.wait("/[?&]id=\\d+/.test(location.search)", "its page")
        page.wait_text("waits for approval")
        page.wait_text("Legitimate traffic that it drops", limit=40)
        number = int(page.search().split("id=")[1].split("&")[0])
        state = lambda: json.loads(self.demo.get(f"/api/v1/mitigations/{number}"))["state"]
        # A wrong token decides nothing, and says so.
        self.fill(page, "Your token", "nobody")
        page.click("button", "Approve")
        page.wait_text("mitigation.people")
        self.assertEqual("proposed", state())
        self.fill(page, "Your token", TOKENS["bob"])
        page.click("button", "Approve")
        page.wait_text("rehearsed")
        self.assertEqual("rehearsed", state())
        page.click("button", "Withdraw")
        page.wait_text("withdrawn")
        self.assertEqual("withdrawn", state())
        page.click("button", "Its lines of the audit log")
        page.wait_text("The chain of hashes holds")
        for word in ("alice", "bob", "proposed", "approved", "withdrawn"):
            self.assertIn(word, page.text())

    def test_axe_finds_nothing_serious(self):
        if not AXE.is_file():
            self.skipTest("axe-core is not installed (npm ci in web/)")
        self.attack(seconds=20)
        number = wait_until(self.attacked, "the attack", limit=40, every=0.5)["id"]
        page = self.page()
        for theme in ("light", "dark"):
            page.theme(theme)
            for path in ("/ddos", f"/ddos?attack={number}", f"/ddos?view=explain&address={VICTIM}", "/ddos?view=rules", "/mitigation?new=yes",
                         "/mitigation?view=log", "/mitigation?view=actions"):
                with self.subTest(f"{theme} {path}"):
                    page.go(path)
                    page.wait(SETTLED, "the section")
                    self.assertEqual([], page.axe())

    def test_narrow_screen(self):
        page = self.page(width=390, height=800)
        for path in ("/ddos", f"/ddos?view=explain&address={VICTIM}", "/ddos?view=rules", "/mitigation?new=yes", "/mitigation?view=log"):
            with self.subTest(path):
                page.go(path)
                page.wait(SETTLED, "the section")
                self.assertLessEqual(page.wide(), 0)
