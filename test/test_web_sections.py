"""The web interface in a browser, against `weir demo`: dashboards, the traffic report, interfaces, customers, billing."""
import json
import pathlib
import re
import tempfile
import urllib.error
import urllib.request

from harness import TestCase, Weir, wait_until
from page import AXE, Page

CONFIG = """
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
SETTLED = "!document.querySelector('.skeleton, .progress') && document.querySelector('h1') !== null"
TABLES = "[...document.querySelectorAll('[role=grid]')].map((one) => one.innerText).join('\\n')"
LINKS = ("/", "/report", "/report?report=conversation-history", "/interfaces", "/customers", "/customers?show=edit", "/billing",
         "/customers?customer=Kelapa+Cloud", "/billing?group=Kelapa+Cloud")


class Sections(TestCase):
    """One demo for all of its tests."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="weir-test-")
        cls.addClassCleanup(holder.cleanup)
        config = pathlib.Path(holder.name, "weir.yaml")
        config.write_text(CONFIG)
        cls.demo = Weir(pathlib.Path(holder.name, "data"), "--config", config, command="demo")
        cls.addClassCleanup(cls.demo.kill)
        wait_until(lambda: cls.demo.sums(start="-2m")["flows"] > 0, "flows", limit=30, every=0.5)

    def setUp(self):
        super().setUp()
        self.need("chromium")

    def page(self, **options):
        page = Page(self.demo.url, **options)
        self.addCleanup(page.close)
        return page

    def settled(self, page):
        page.wait(SETTLED, "the section to settle", limit=40)

    def fixed(self):
        """A range in the past, so that its answers stay."""
        began = wait_until(lambda: self.demo.query(start="-10m")["from"], "a past") // 60_000 * 60_000
        return f"from={began}&to={began + 300_000}"


class Report(Sections):
    FIELDS = {"src_ip": "103.64.13.0/24", "dst_ip": "120.0.0.0/8", "src_as": "45352", "dst_as": "4134", "src_port": "80,443",
              "dst_port": "1024-65535", "size": "2"}
    PICKED = {"Customer region": ("region", "SG"), "Router": ("router", "AIMS-PCCW"), "Customer": ("customer", "Kelapa Cloud")}

    def show(self, page, search):
        page.go("/report?" + search)
        page.wait("document.querySelectorAll('[role=gridcell]').length > 0", "rows")
        self.settled(page)
        return page.evaluate(TABLES)

    def press_show(self, page, wanted):
        page.click("button", "Show Report")
        page.wait(f"new URLSearchParams(location.search).has({json.dumps(wanted)})", f"{wanted} in the address")
        self.settled(page)

    def test_every_field_of_the_form_changes_the_answer(self):
        page = self.page(width=1440)
        base = "report=usage-by-conversation&from=-30m"
        everything = self.show(page, base)
        for name, value in self.FIELDS.items():
            with self.subTest(name):
                self.show(page, base)
                page.evaluate(f"document.querySelector('main [name={name}]').focus()")
                page.type(value)
                self.press_show(page, name)
                self.assertNotEqual(everything, page.evaluate(TABLES))
        for label, (name, value) in self.PICKED.items():
            with self.subTest(name):
                self.show(page, base)
                page.click("form button", label + ":")
                page.type(value)
                page.key("Enter")
                page.key("Escape")
                self.press_show(page, name)
                self.assertEqual(value, page.evaluate(f"new URLSearchParams(location.search).get('{name}')"))
                self.assertNotEqual(everything, page.evaluate(TABLES))
        for label, value in (("Resolution", "1m"), ("Start", None)):
            with self.subTest(label):
                self.show(page, base)
                if value:
                    page.choose(label, value)
                    self.press_show(page, "resolution")
                else:
                    page.evaluate("(() => { const field = document.querySelector('main [name=start]'); field.focus(); field.select(); })()")
                    page.type("-10m")
                    page.click("button", "Show Report")
                    page.wait("location.search.includes('from=-10m')")
                    self.settled(page)
                self.assertNotEqual(everything, page.evaluate(TABLES))

    def test_the_tables_of_the_old_system(self):
        page = self.page()
        self.show(page, "report=outgoing-by-asn&from=-30m")
        heads = page.evaluate("[...document.querySelectorAll('[role=columnheader]')].map((one) => one.innerText.trim())")
        for wanted in ("#", "ASN", "Name", "Max", "Avg", "Min", "95 %", "AS-PATH"):
            self.assertTrue(any(head.lower().startswith(wanted.lower()) or head.upper().replace(" ", "-").startswith(wanted) for head in heads),
                            f"{wanted} in {heads}")
        self.assertIn("4134", page.evaluate(TABLES))
        page.wait("document.querySelector('canvas') !== null", "a chart")

    def test_every_tab_answers(self):
        page = self.page()
        page.go("/report?from=-15m&address=103.64.13.0/24")
        names = page.wait("[...document.querySelectorAll('nav[aria-label=Reports] button')].map((one) => one.textContent)")
        self.assertGreaterEqual(len(names), 9)
        for name in names:
            with self.subTest(name):
                page.click("nav[aria-label=Reports] button", name)
                page.wait(f"document.querySelector('h1').textContent === {json.dumps(name)}")
                self.settled(page)
                self.assertIsNone(page.evaluate("document.querySelector('main [role=alert]')?.textContent"))
                page.wait("document.querySelectorAll('[role=gridcell]').length > 0", "rows")

    def test_a_link_reproduces_the_screen(self):
        search = f"report=usage-by-asn&src_port=443&size=5&{self.fixed()}&tz=Asia/Kuala_Lumpur"
        first, second = self.page(), self.page()
        self.assertEqual(self.show(first, search), self.show(second, search))
        self.assertEqual("443", second.evaluate("document.querySelector('main [name=src_port]').value"))
        self.assertRegex(second.evaluate("document.querySelector('main [name=start]').value"), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")

    def test_the_download_equals_the_answer_of_the_api(self):
        page = self.page()
        self.show(page, f"report=usage-by-asn&size=5&{self.fixed()}")
        link = page.evaluate("[...document.querySelectorAll('a[download]')].find((one) => one.textContent.includes('CSV')).href")
        given = urllib.request.urlopen(link).read().decode()
        began, ended = re.findall(r"(?:from|to)=(\d+)", page.search())
        asked = self.demo.get(f"/api/v1/reports/usage-by-asn?size=5&start={began}&end={ended}&format=csv")
        self.assertEqual(asked, given)
        self.assertGreater(len(given.splitlines()), 2)

    def test_a_wrong_value_is_told_at_its_field(self):
        page = self.page()
        page.go("/report?report=usage-by-asn&src_ip=nowhere")
        page.wait("document.querySelector('#wrong-src_ip')?.textContent.includes('nowhere')", "the message at the field")
        self.assertEqual("true", page.evaluate("document.querySelector('[name=src_ip]').getAttribute('aria-invalid')"))


class Dashboards(Sections):
    def test_made_saved_shared_and_deleted(self):
        page = self.page()
        page.go("/", "Dashboard: The network now")
        page.click("button", "Make your own")
        page.click("form button", "Add a tile")
        page.click(".panel button", "Note")
        page.evaluate("""(() => { const field = [...document.querySelectorAll('form[aria-label="Edit the dashboard"] input')][0];
            field.focus(); field.select(); })()""")
        page.type("NOC wall")
        page.click("button[aria-label='Delete: Open attacks']")
        page.click("button[aria-label='Wider: Note']")
        page.click("form button", "Save")
        page.wait("location.search === '?board=noc-wall'", "its place in the address")
        page.wait_text("is saved")
        saved = json.loads(self.demo.get("/api/v1/dashboards/noc-wall"))
        self.assertEqual("NOC wall", saved["name"])
        self.assertEqual({"kind": "note", "width": 6}, saved["tiles"][0])
        self.assertNotIn("attacks", [tile["kind"] for tile in saved["tiles"]])
        other = self.page()
        other.go("/?board=noc-wall", "Dashboard: NOC wall")
        self.assertNotIn("Open attacks", other.text())
        other.click("button", "Edit")
        other.evaluate("window.confirm = () => true")
        other.click("form button", "Delete")
        other.wait_text("is deleted")
        with self.assertRaises(urllib.error.HTTPError):
            self.demo.get("/api/v1/dashboards/noc-wall")
        page.go("/?board=noc-wall", "There is no dashboard")

    def test_who_saves_over_anothers_work_is_told(self):
        body = {"name": "Shared", "tiles": [{"kind": "numbers", "width": 12}]}
        self.put("/api/v1/dashboards/shared", body)
        page = self.page()
        page.go("/?board=shared", "Dashboard: Shared")
        page.click("button", "Edit")
        self.put("/api/v1/dashboards/shared", {**body, "revision": 1})
        page.click("form button", "Save")
        page.wait_text("somebody else saved")

    def put(self, path, body):
        request = urllib.request.Request(self.demo.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT")
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(200, answer.status)

    def test_figures_move_and_tiles_hold_something(self):
        page = self.page()
        page.go("/", "AIMS-PCCW")
        self.settled(page)
        for words in ("Traffic in and out", "Domestic and international", "Customers", "To networks (AS)", "Applications", "To countries",
                      "Busiest interfaces", "Exporters", "against yesterday"):
            self.assertIn(words, page.text())
        self.assertNotIn("NaN", page.text())
        first = page.text()
        page.wait(f"document.body.innerText !== {json.dumps(first)}", "figures to move")


class Interfaces(Sections):
    def setUp(self):
        super().setUp()
        try:
            self.demo.get("/api/v1/interfaces")
        except urllib.error.HTTPError as error:
            self.skipTest(f"GET /api/v1/interfaces answers {error.code}")

    def test_from_the_list_to_one_with_its_four_graphs(self):
        page = self.page()
        page.go("/interfaces")
        page.wait("document.querySelectorAll('[role=gridcell] svg').length > 0", "lines of the last day")
        page.click("[role=gridcell] button")
        page.wait("/router=.*index=\\d+/.test(location.search)", "its place in the address")
        self.settled(page)
        page.wait("document.querySelectorAll('canvas').length >= 4", "day, week, month and year")
        for words in ("Day (5 minute average)", "Year (1 day average)", "95 %", "Current", "What the traffic is made of"):
            self.assertIn(words, page.text())
        page.evaluate("history.back()")
        page.wait("document.querySelector('[data-search]') !== null", "the list")

    def test_search_is_in_the_address(self):
        page = self.page()
        page.go("/interfaces?search=no-such-interface", "No interface fits")
        page.click("button", "Show all")
        page.wait("document.querySelectorAll('[role=gridcell]').length > 0", "rows")
        page.key("/")
        page.wait("document.activeElement.matches('[data-search]')", "the search to have the focus")
        page.type("AIMS")
        page.wait("location.search.includes('search=AIMS')")


class Customers(Sections):
    def test_profile(self):
        page = self.page()
        page.go("/customers?from=-30m")
        page.click("[role=gridcell] button", "Kelapa Cloud")
        page.wait_text("Domestic and international")
        self.settled(page)
        for words in ("Outgoing traffic by uplink", "international", "To networks (AS)", "Services, outgoing"):
            self.assertIn(words, page.text())

    def test_regions(self):
        page = self.page()
        page.go("/customers?show=regions&from=-30m")
        page.wait("document.querySelectorAll('[role=gridcell]').length > 0", "rows")
        for region in ("MY", "SG", "HK"):
            self.assertIn(region, page.evaluate(TABLES))


class Billing(Sections):
    def test_this_month_so_far(self):
        page = self.page()
        page.go("/billing")
        page.click("[role=gridcell] button", "Kelapa Cloud")
        page.wait_text("So far")
        self.settled(page)
        for words in ("MYR", "100.00 Mbit/s", "95 %", "the larger direction", "Samples of five minutes"):
            self.assertIn(words, page.text())
        month = page.evaluate("new URLSearchParams(location.search).get('month')")
        bill = json.loads(self.demo.get(f"/api/v1/billing/bill?group=Kelapa+Cloud&month={month}"))["bill"]
        self.assertIn(f"{bill['total_cents'] // 100:,}.", page.text())
        page.evaluate("window.confirm = () => true")
        page.click("button", "Freeze now")
        page.wait("document.querySelector('[aria-label=Proof] [role=alert]') !== null", "why it cannot be frozen yet")


class Everywhere(Sections):
    def test_axe_finds_nothing_serious(self):
        if not AXE.is_file():
            self.skipTest("axe-core is not installed (npm ci in web/)")
        page = self.page()
        for theme in ("light", "dark"):
            page.theme(theme)
            for link in LINKS:
                with self.subTest(f"{theme} {link}"):
                    page.go(link)
                    self.settled(page)
                    self.assertEqual([], page.axe())
        page.go("/")
        page.click("button", "Make your own")
        self.assertEqual([], page.axe(), "the editor of a dashboard")

    def test_narrow_screen(self):
        page = self.page(width=390, height=844)
        for link in LINKS:
            with self.subTest(link):
                page.go(link)
                self.settled(page)
                self.assertLessEqual(page.wide(), 0)

    def test_the_policy_is_kept(self):
        page = self.page()
        page.call("Page.addScriptToEvaluateOnNewDocument", source="""
            window.refused = []; document.addEventListener('securitypolicyviolation', (event) =>
                window.refused.push(event.violatedDirective + ' ' + event.sourceFile + ' ' + event.sample));""")
        for link in LINKS:
            page.go(link)
            self.settled(page)
            self.assertEqual([], page.evaluate("window.refused"), link)
