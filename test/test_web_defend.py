"""DDoS and mitigation in a browser, against `weir demo` with attacks sent to it and a dry run configured."""
import json

import web
from web import TOKENS, VICTIM, Web


def setUpModule():
    web.start(web.DEFENCE)


class Defend(Web):
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
        self.settled(page)
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
        page.wait_text("did you mean 'proto'?", limit=60)

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
