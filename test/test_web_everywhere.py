"""Every page of the web interface: what axe-core finds, light and dark; the narrow screen; the policy of the page."""
import json
import re

import web
from harness import ROOT, wait_until
from page import AXE
from web import TOKENS, VICTIM, Web

PLACES = [
    "/", "/?board=no-such-board",
    "/report?report=usage-by-asn&from=-30m", "/report?report=usage-by-interface&from=-30m", "/report?report=usage-by-prefix&from=-30m",
    "/report?report=usage-by-ip&from=-30m", "/report?report=usage-by-conversation&from=-30m", "/report?report=outgoing-by-asn&from=-30m",
    "/report?report=incoming-by-asn&from=-30m", "/report?report=customer-profile&from=-30m", "/report?report=conversation-history&from=-30m",
    "/report?report=usage-by-asn&src_ip=nowhere",
    *(f"/explore?from=-30m&by=src_as,dst_as&view={view}" for view in ("stack", "lines", "bars", "small", "heatmap", "sankey", "table")),
    "/explore?from=-30m&both=yes&before=same", "/explore?filter=prot+tcp",
    "/flows?from=-15m", "/interfaces",
    "/ddos", f"/ddos?view=explain&address={VICTIM}", "/ddos?view=rules", "/ddos?view=rules&measure=packets&value=1&tried=yes&from=-1m",
    "/mitigation", "/mitigation?new=yes", "/mitigation?view=log", "/mitigation?view=actions",
    "/customers", "/customers?show=regions", "/customers?show=edit", "/customers?customer=Kelapa+Cloud",
    "/billing", "/billing?group=Kelapa+Cloud",
    "/console", "/console?tab=sql&sql=SELECT+count(*)+AS+n+FROM+flows",
    *(f"/settings?page={name}" for name in ("exporters", "routers", "names", "routes", "storage", "access", "configuration")),
]


FAIL = """{ const real = window.fetch; window.fetch = (path, options) => String(path).startsWith('/api/')
    ? Promise.resolve(new Response('{"detail": "the disk does not answer"}', {status: STATUS, headers: {'Content-Type': 'application/problem+json'}}))
    : real(path, options); }"""


def setUpModule():
    web.start(web.BILLING + web.DEFENCE)


class Everywhere(Web):
    attack_number = mitigation = None

    def setUp(self):
        super().setUp()
        if not AXE.is_file():
            self.skipTest("axe-core is not installed (npm ci in web/)")

    def places(self):
        """All of them: also the pages of one interface, one attack, one mitigation."""
        if not Everywhere.attack_number:
            self.attack(seconds=15)
            Everywhere.attack_number = wait_until(self.attacked, "the attack", limit=40, every=0.5)["id"]
            wish = {"target": VICTIM, "action": "rtbh", "dry_run": True, "why": "ticket 12"}
            Everywhere.mitigation = self.send("POST", "/api/v1/mitigations", wish, token=TOKENS["alice"])["id"]
        interface = json.loads(self.demo.get("/api/v1/interfaces"))["interfaces"][0]
        return [*PLACES, f"/interfaces?router={interface['exporter']}&index={interface['index']}", f"/ddos?attack={self.attack_number}",
                f"/mitigation?id={self.mitigation}"]

    def test_every_page(self):
        """No inline style or script is refused; axe-core finds nothing serious; nothing is wider than a phone."""
        page = self.page()
        page.call("Page.addScriptToEvaluateOnNewDocument", source="""
            window.refused = []; document.addEventListener('securitypolicyviolation', (event) =>
                window.refused.push(event.violatedDirective + ' ' + event.sourceFile + ' ' + event.sample));""")
        for place in self.places():
            page.go(place)
            self.settled(page)
            if page.evaluate("document.querySelector('[data-editor]') !== null"):
                page.wait("document.querySelector('[data-editor]').shadowRoot?.querySelector('.cm-content') != null", "the editor")
            self.hold(page, place)
            with self.subTest(f"narrow {place}"):
                page.size(390, 844)
                page.wait("document.documentElement.scrollWidth <= innerWidth", f"{place} to fit a phone", limit=5)
            page.size(1280, 900)
            with self.subTest(f"policy {place}"):
                self.assertEqual([], page.evaluate("window.refused"))

    def test_every_section_tells_when_the_server_fails(self):
        """All answers are errors: the section says so, in words, and nothing of the page is gone."""
        table = (ROOT / "web/src/sections/sections.ts").read_text()
        sections = re.findall(r'^    path: "([^"]+)"', table, re.M)
        for status, words in ((500, "the disk does not answer"), (401, "You are not signed in")):
            page = self.page()
            page.call("Page.addScriptToEvaluateOnNewDocument", source=FAIL.replace("STATUS", str(status)))
            for section in sections:
                with self.subTest(f"{status} {section}"):
                    page.go(section + ("?tab=sql&sql=SELECT+1" if section == "/console" else ""))  # it asks nothing by itself
                    page.wait(f"document.body.innerText.toLowerCase().includes({json.dumps(words.lower())})", words)
                    self.assertIsNotNone(page.evaluate("document.querySelector('nav[aria-label=Sections]')?.textContent"))
                    self.assertNotIn("This section failed", page.text())

    def hold(self, page, what, within="html"):
        for theme in ("light", "dark"):
            with self.subTest(f"{theme} {what}"):
                page.theme(theme)
                self.assertEqual([], page.axe(within))

    def test_axe_finds_nothing_serious_in_what_opens(self):
        """Menus, panels, dialogs, editors, an expanded flow, and the page that is not there."""
        page = self.page()
        page.go("/flows?from=-15m")
        self.settled(page)
        page.evaluate("document.querySelector('[data-cell=\"0:0\"]').focus()")
        page.key("o")
        page.wait("document.querySelector('dl dd') !== null", "every field")
        self.hold(page, "an expanded flow")
        page.click("[role=gridcell]", "TCP")
        page.wait("document.querySelector('[role=menu]') !== null", "the menu")
        self.hold(page, "the menu of a value", "[role=menu]")
        page.key("Escape")
        page.key("?")
        page.wait("document.querySelector('dialog[open]') !== null", "the help")
        self.hold(page, "the help", "dialog")
        page.go("/explore?from=-30m")
        self.settled(page)
        for panel in ("Filters", "Download", "Copy as"):
            page.click("button", panel)
            page.wait("document.querySelector('.panel') !== null", panel)
            self.hold(page, panel, ".panel")
            page.key("Escape")
        page.go("/")
        page.click("button", "Make your own")
        self.hold(page, "the editor of a dashboard")
        page.evaluate("history.pushState(null, '', '/no-such-page')")
        page.wait_text("There is no page /no-such-page")
        self.hold(page, "the page that is not there")
