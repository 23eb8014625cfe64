"""The web interface in a browser, against `weir demo`: dashboards, the traffic report, interfaces, customers, billing."""
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import web
from harness import wait_until
from web import ROWS, TABLES, Web


def setUpModule():
    web.start(web.BILLING)


class Report(Web):
    FIELDS = {"src_ip": "103.64.13.0/24", "dst_ip": "120.0.0.0/8", "src_as": "45352", "dst_as": "4134", "src_port": "80,443",
              "dst_port": "1024-65535", "size": "2"}
    PICKED = {"Customer region": ("region", "SG"), "Router": ("router", "AIMS-PCCW"), "Customer": ("customer", "Kelapa Cloud"),
              "Interface": ("interface", "ae9")}

    def show(self, page, search):
        page.go("/report?" + search)
        page.wait(ROWS, "rows")
        self.settled(page)
        return page.evaluate(TABLES)

    def press_show(self, page, wanted):
        page.click("button", "Show Report")
        page.wait(f"new URLSearchParams(location.search).has({json.dumps(wanted)})", f"{wanted} in the address")
        self.settled(page)
        return page.evaluate(TABLES)

    def write(self, page, name, value):
        page.evaluate(f"(() => {{ const field = document.querySelector('main [name={name}]'); field.focus(); field.select(); }})()")
        page.type(value)

    def test_every_field_of_the_form_changes_the_answer(self):
        """Over a past whose answers stay: what differs differs by the field."""
        page = self.page(width=1440)
        base = "report=usage-by-conversation&" + self.past()
        everything = self.show(page, base)
        self.assertEqual(everything, self.show(page, base), "the same question twice")
        for name, value in self.FIELDS.items():
            with self.subTest(name):
                self.show(page, base)
                self.write(page, name, value)
                self.assertNotEqual(everything, self.press_show(page, name))
        for label, (name, value) in self.PICKED.items():
            with self.subTest(name):
                self.show(page, base)
                page.click("form button", label + ":")
                page.type(value)
                page.key("Enter")
                page.key("Escape")
                self.assertNotEqual(everything, self.press_show(page, name))
                self.assertIn(value, page.evaluate(f"new URLSearchParams(location.search).get('{name}')"))
        with self.subTest("resolution"):
            self.show(page, base)
            page.choose("Resolution", "1m")
            self.assertNotEqual(everything, self.press_show(page, "resolution"))
        for name, parameter, by in (("start", "from", 300_000), ("end", "to", -300_000)):
            with self.subTest(name):
                self.show(page, base)
                before = urllib.parse.parse_qs(base)[parameter][0]
                moved = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime((int(before) + by) / 1000))
                self.write(page, name, moved + "Z")
                page.click("button", "Show Report")
                page.wait(f"new URLSearchParams(location.search).get('{parameter}') !== '{before}'", f"another {parameter} in the address")
                self.settled(page)
                self.assertNotEqual(everything, page.evaluate(TABLES))

    def test_the_tables_of_the_old_system(self):
        page = self.page()
        self.show(page, "report=outgoing-by-asn&" + self.past(30))
        heads = page.evaluate("[...document.querySelectorAll('[role=columnheader]')].map((one) => one.innerText.trim())")
        for wanted in ("#", "ASN", "Name", "Max", "Avg", "Min", "95 %", "AS-PATH"):
            self.assertTrue(any(head.lower().startswith(wanted.lower()) or head.upper().replace(" ", "-").startswith(wanted) for head in heads),
                            f"{wanted} in {heads}")
        self.assertIn("4134", page.evaluate(TABLES))
        page.wait("document.querySelector('canvas') !== null", "a chart")

    def test_every_tab_answers(self):
        page = self.page()
        page.go("/report?address=103.64.13.0/24&" + self.past())
        names = page.wait("[...document.querySelectorAll('nav[aria-label=Reports] button')].map((one) => one.textContent)")
        self.assertGreaterEqual(len(names), 9)
        for name in names:
            with self.subTest(name):
                page.click("nav[aria-label=Reports] button", name)
                page.wait(f"document.querySelector('h1').textContent === {json.dumps(name)}")
                self.settled(page)
                self.assertIsNone(page.evaluate("document.querySelector('main [role=alert]')?.textContent"))
                page.wait(ROWS, "rows")

    def test_a_link_reproduces_the_screen(self):
        search = f"report=usage-by-asn&src_port=443&size=5&{self.past()}&tz=Asia/Kuala_Lumpur"
        first, second = self.page(), self.page()
        self.assertEqual(self.show(first, search), self.show(second, search))
        self.assertEqual("443", second.evaluate("document.querySelector('main [name=src_port]').value"))
        self.assertRegex(second.evaluate("document.querySelector('main [name=start]').value"), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")

    def test_the_download_equals_the_answer_of_the_api(self):
        page = self.page()
        self.show(page, f"report=usage-by-asn&size=5&{self.past()}")
        link = page.evaluate("[...document.querySelectorAll('a[download]')].find((one) => one.textContent.includes('CSV')).href")
        given = urllib.request.urlopen(link).read().decode()
        began, ended = re.findall(r"(?:from|to)=(\d+)", page.search())
        asked = self.demo.get(f"/api/v1/reports/usage-by-asn?size=5&start={began}&end={ended}&format=csv")
        self.assertEqual(asked, given)
        self.assertGreater(len(given.splitlines()), 2)

    def test_from_opening_to_an_answer_by_keys_alone(self):
        page = self.page()
        page.go("/explore?" + self.past(), "Explore")
        page.key("g")
        page.key("r")
        page.wait("location.pathname === '/report'", "the report")
        page.tab_to("main [name=src_port]")
        page.type("443")
        page.key("Enter")
        page.wait("new URLSearchParams(location.search).get('src_port') === '443'", "the port in the address")
        page.wait(ROWS, "rows")
        self.settled(page)
        page.tab_to("[data-cell]")
        before = page.evaluate("document.activeElement.dataset.cell")
        page.key("ArrowDown")
        page.wait(f"document.activeElement.dataset.cell !== '{before}'", "the next row")
        page.tab_to("a[download]", back=True)

    def test_a_wrong_value_is_told_at_its_field(self):
        page = self.page()
        page.go("/report?report=usage-by-asn&src_ip=nowhere")
        page.wait("document.querySelector('#wrong-src_ip')?.textContent.includes('nowhere')", "the message at the field")
        self.assertEqual("true", page.evaluate("document.querySelector('[name=src_ip]').getAttribute('aria-invalid')"))


class Dashboards(Web):
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
        other.evaluate("void (window.confirm = () => true)")
        other.click("form button", "Delete")
        other.wait_text("is deleted")
        with self.assertRaises(urllib.error.HTTPError):
            self.demo.get("/api/v1/dashboards/noc-wall")
        page.go("/?board=noc-wall", "There is no dashboard")

    def test_who_saves_over_anothers_work_is_told(self):
        """Both began from the same revision."""
        body = {"name": "Shared", "tiles": [{"kind": "numbers", "width": 12}]}
        self.send("PUT", "/api/v1/dashboards/shared", body)
        page = self.page()
        page.go("/?board=shared", "Dashboard: Shared")
        page.click("button", "Edit")
        self.send("PUT", "/api/v1/dashboards/shared", {**body, "revision": 1})
        page.click("form button", "Save")
        page.wait_text("somebody else saved")

    def test_figures_move_and_tiles_hold_something(self):
        page = self.page()
        page.go("/", "AIMS-PCCW")
        for words in ("Traffic in and out", "Domestic and international", "Customers", "To networks (AS)", "Applications", "To countries",
                      "Busiest interfaces", "Exporters"):
            page.wait_text(words, limit=40)
        # The demo's past is a day long: of yesterday at this time little is known, or nothing.
        page.wait("/against yesterday|nothing is known of the day before/.test(document.body.innerText)", "yesterday's traffic", limit=40)
        self.assertNotIn("NaN", page.text())
        first = page.text()
        page.wait(f"document.body.innerText !== {json.dumps(first)}", "figures to move")


class Interfaces(Web):
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
        page.wait("document.querySelectorAll('canvas').length >= 4", "day, week, month and year")
        for words in ("Day (5 minute average)", "Week (30 minute average)", "Month (2 hour average)", "Year (1 day average)", "95 %", "Current",
                      "What the traffic is made of"):
            page.wait_text(words)
        page.evaluate("history.back()")
        page.wait("document.querySelector('[data-search]') !== null", "the list")

    def test_search_is_in_the_address(self):
        page = self.page()
        page.go("/interfaces?search=no-such-interface", "No interface fits")
        page.click("button", "Show all")
        page.wait(ROWS, "rows")
        page.key("/")
        page.wait("document.activeElement.matches('[data-search]')", "the search to have the focus")
        page.type("AIMS")
        page.wait("location.search.includes('search=AIMS')")


class Customers(Web):
    def test_profile(self):
        page = self.page()
        page.go("/customers?from=-30m")
        page.click("[role=gridcell] button", "Kelapa Cloud")
        for words in ("Domestic and international", "Outgoing traffic by uplink", "international", "To networks (AS)", "Services, outgoing"):
            page.wait_text(words)

    def test_regions(self):
        page = self.page()
        page.go("/customers?show=regions&from=-30m")
        page.wait(ROWS, "rows")
        for region in ("MY", "SG", "HK"):
            page.wait(f"{TABLES}.includes('{region}')", region)


class Billing(Web):
    def bill(self, month):
        return json.loads(self.demo.get(f"/api/v1/billing/bill?group=Kelapa+Cloud&month={month}"))["bill"]

    def test_this_month_so_far(self):
        page = self.page()
        page.go("/billing")
        page.click("[role=gridcell] button", "Kelapa Cloud")
        for words in ("So far", "MYR", "100.00 Mbit/s", "95 %", "the larger direction", "Samples of five minutes"):
            page.wait_text(words)
        wait_until(lambda: self.same_as_the_api(page), "the page to show what the API answers", limit=40)
        page.evaluate("void (window.confirm = () => true)")
        page.click("button", "Freeze now")
        page.wait("document.querySelector('[aria-label=Proof] [role=alert]') !== null", "why it cannot be frozen yet")

    def same_as_the_api(self, page):
        """The month still runs: true where the API answered the same before and after the page was loaded, and so did the page."""
        month = page.evaluate("new URLSearchParams(location.search).get('month')")
        before = self.bill(month)["total_cents"]
        page.go(page.evaluate("location.pathname + location.search"), "So far")
        shown = page.text()
        if self.bill(month)["total_cents"] != before:
            return False
        self.assertIn(f"{before // 100:,}.{before % 100:02}", shown)
        return True
