"""Settings, and customers that the page changes, in a browser."""
import json
import pathlib
import tempfile
import unittest

from browser import Browser
from harness import Sender, TestCase, Weir, wait_until
from netflow import Exporter9, record
from page import AXE, Page
from web import SETTLED, send

CONFIG = """
workers: 1
snmp: {community: hush-community}
http_names: [weir.example.net]
mitigation:
  people:
    - {name: alice, token_sha256: c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a}
interface_classes:
  - {interface: "*transit*", class: transit}
customers:
  - {name: Fixed, region: HK, prefixes: [203.0.113.0/24]}
"""
CELLS = "[...document.querySelectorAll('[role=gridcell]')].map((one) => one.innerText).join('|')"
PAGES = tuple(f"/settings?page={name}" for name in ("exporters", "routers", "names", "routes", "storage", "access", "configuration")) + (
    "/settings?page=configuration&key=store.retention.flows.age", "/customers?show=edit", "/customers?show=edit&edit=customer:",
    "/customers?show=edit&edit=customer:Fixed", "/customers?show=edit&edit=region:")


def setUpModule():
    TestCase().need("chromium")
    Settings.browser = Browser()
    unittest.addModuleCleanup(Settings.browser.close)


class Settings(TestCase):
    """One server with a router that exports to it, for all tests of a class."""
    config = CONFIG
    browser = None

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="weir-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.file = pathlib.Path(holder.name, "weir.yaml")
        cls.file.write_text(cls.config)
        cls.running = Weir(pathlib.Path(holder.name, "data"), "--config", cls.file)
        cls.addClassCleanup(cls.running.kill)
        cls.sender, cls.exporter = Sender(cls.running.port), Exporter9()
        cls.addClassCleanup(cls.sender.close)
        cls.sent = 0
        cls.export(cls.exporter.template(), flows=0)
        cls.export(cls.exporter.data(record(src_addr="192.0.2.1", dst_addr="203.0.113.9")))

    @classmethod
    def export(cls, datagram, flows=1):
        cls.sender.send(datagram)
        cls.sent += flows
        cls.running.wait_for_flows(cls.sent)

    def page(self, path, shows=None, **options):
        page = Page(self.browser, self.running.url, **options)
        self.addCleanup(page.close)
        page.go(path)
        page.wait(SETTLED, "the section to settle")
        if shows:
            page.wait_text(shows)
        return page

    def fill(self, page, label, text):
        """Writes into the field of that label, in place of what is there."""
        page.wait(f"""(() => {{
            const label = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === {json.dumps(label)});
            const field = label && document.getElementById(label.htmlFor);
            field?.focus(); field?.select();
            return document.activeElement === field;
        }})()""", f"the field {label}")
        page.type(text)

    def saved(self):
        return json.loads(self.running.get("/api/v1/customers"))["saved"]


class Shown(Settings):
    def test_the_doctor_says_how_far_flows_come(self):
        page = self.page("/settings", "Received")
        for word in ("127.0.0.1", "Decoded", "Sampled", "Named", "Routed", "Stored", "The next thing to do"):
            self.assertIn(word, page.text())

    def test_snippets_have_the_address_of_this_server(self):
        page = self.page("/settings?page=routers", "This server's address")
        page.evaluate("document.querySelector('main input.font-mono').select()")
        page.evaluate("document.querySelector('main input.font-mono').focus()")
        page.type("198.51.100.77")
        page.wait_text("198.51.100.77")
        self.assertIn(str(self.running.port), page.text())

    def test_names_and_rules_with_the_lines_that_change_them(self):
        page = self.page("/settings?page=names", "Rules in force")
        for words in ("*transit*", "address: 127.0.0.1, name: EDGE-1", "weir check " + str(self.file), "systemctl reload weir"):
            page.wait_text(words)

    def test_retention_as_it_is_now(self):
        page = self.page("/settings?page=storage", "on the disk")
        for words in ("flows: {age: 30d}", "systemctl reload weir"):
            page.wait_text(words)

    def test_users_and_tokens(self):
        page = self.page("/settings?page=access", "alice")
        for words in ("decide about mitigations", "weir.example.net", "systemctl restart weir", "everybody who reaches the page"):
            page.wait_text(words)
        self.assertNotIn("c4bbcb1f", page.text())

    def test_every_key_is_found_and_says_how_it_is_changed(self):
        page = self.page("/settings?page=configuration", "Read from")
        page.wait("document.querySelectorAll('[role=gridcell]').length > 20", "keys")
        page.evaluate("document.querySelector('input[type=search][aria-label=\"Find a key\"]').focus()")
        page.type("community")
        page.wait(f"({CELLS}).includes('snmp.community') && !({CELLS}).includes('workers')", "what is looked for")
        self.assertIn("|set|", page.evaluate(CELLS))
        self.assertNotIn("hush", page.evaluate("document.documentElement.outerHTML"))
        page.go("/settings?page=configuration&key=store.retention.flows.age")
        page.wait_text("age: 30d")
        self.assertIn("store:\n  retention:\n    flows:\n      age: 30d", page.text())
        page.go("/settings?page=configuration&key=workers")
        page.wait_text("systemctl restart weir")


class Customers(Settings):
    def test_a_customer_is_added_changed_and_deleted(self):
        page = self.page("/customers?show=edit", "Fixed")
        page.click("button", "Add a customer")
        self.fill(page, "Name", "Kelapa Cloud")
        self.fill(page, "Region", "MY")
        self.fill(page, "Prefixes", "203.0.113.0/24")
        page.click("button[type=submit]")
        page.wait_text("203.0.113.0/24 belongs to “Fixed” already")
        self.fill(page, "Prefixes", "192.0.2.1/24")
        page.click("button[type=submit]")
        page.wait_text("192.0.2.0/24")
        self.assertIn("aria-invalid=\"true\"", page.evaluate("document.querySelector('main form').outerHTML"), "the field is marked")
        self.fill(page, "Prefixes", "192.0.2.0/24")
        page.click("button[type=submit]")
        page.wait_text("Saved: Kelapa Cloud")
        self.assertEqual(["192.0.2.0/24"], self.saved()["customers"][0]["prefixes"])
        self.export(self.exporter.data(record(src_addr="192.0.2.1", dst_addr="203.0.113.9", src_port=77)))
        wait_until(lambda: self.running.rows("src port 77", ["src_customer"])[0]["src_customer"] == "Kelapa Cloud", "the customer")
        page.click("[role=gridcell]", "Kelapa Cloud")
        self.fill(page, "Region", "SG")
        page.click("button[type=submit]")
        page.wait(f"({CELLS}).includes('|SG|')", "the change")
        page.click("[role=gridcell]", "Kelapa Cloud")
        page.click("button", "Delete")
        page.click("button", "Yes, delete")
        page.wait_text("Deleted: Kelapa Cloud")
        self.assertEqual([], self.saved()["customers"])

    def test_a_region(self):
        page = self.page("/customers?show=edit", "Fixed")
        page.click("button", "Add a region")
        self.fill(page, "Name", "SG")
        self.fill(page, "Prefixes", "198.51.100.0/24\n2001:db8::/32")
        page.click("button[type=submit]")
        page.wait_text("Saved: SG")
        self.assertEqual(["198.51.100.0/24", "2001:db8::/32"], self.saved()["regions"][0]["prefixes"])

    def test_the_configurations_are_seen_with_their_lines(self):
        page = self.page("/customers?show=edit", "Fixed")
        page.click("[role=gridcell]", "Fixed")
        page.wait_text("prefixes: [\"203.0.113.0/24\"]")
        self.assertEqual(0, page.evaluate("document.querySelectorAll('main form').length"))

    def test_somebody_else_saved_meanwhile(self):
        page = self.page("/customers?show=edit&edit=customer:", "A new customer")
        self.fill(page, "Name", "Late")
        self.fill(page, "AS numbers", "64999")
        send(self.running.url, "PUT", "/api/v1/customers",
             {"revision": self.saved()["revision"], "customers": [{"name": "Quick", "ases": [64998]}]})
        page.click("button[type=submit]")
        page.wait_text("somebody else saved")
        page.wait(f"({CELLS}).includes('Quick')", "what the other saved")
        self.assertEqual("Late", page.evaluate("document.querySelector('main form input').value"), "what was typed stays")
        page.click("button[type=submit]")
        page.wait_text("Saved: Late")
        self.assertEqual(["Quick", "Late"], [one["name"] for one in self.saved()["customers"]])
        send(self.running.url, "PUT", "/api/v1/customers", {"revision": self.saved()["revision"]})

    def test_the_keyboard_alone(self):
        page = self.page("/customers?show=edit&edit=customer:", "A new customer")
        page.wait("document.activeElement?.tagName === 'INPUT'", "the name to have the focus")
        page.type("Keys")
        for _ in range(2):
            page.key("Tab")
        page.type("10.9.0.0/16")
        page.key("Tab")
        page.key("Enter")
        page.wait_text("Saved: Keys")


class People(Settings):
    config = CONFIG + "customers_by: people\n"

    def test_a_token_is_asked_for(self):
        page = self.page("/customers?show=edit&edit=customer:", "A new customer")
        self.fill(page, "Name", "Kelapa")
        self.fill(page, "AS numbers", "64999")
        page.click("button[type=submit]")
        page.wait_text("token")
        page.evaluate("document.querySelector('input[type=password]').focus()")
        page.type("correct horse battery staple")
        page.click("button[type=submit]")
        page.wait_text("Saved: Kelapa")


class Nobody(Settings):
    config = CONFIG + "customers_by: nobody\n"

    def test_nothing_can_be_changed(self):
        page = self.page("/customers?show=edit", "nobody changes customers here")
        self.assertNotIn("Add a customer", page.text())


class Everywhere(Settings):
    def test_axe_finds_nothing_serious(self):
        if not AXE.is_file():
            self.skipTest("axe-core is not installed (npm ci in web/)")
        page = self.page("/settings")
        for theme in ("light", "dark"):
            page.theme(theme)
            for path in PAGES:
                with self.subTest(f"{theme} {path}"):
                    page.go(path)
                    page.wait(SETTLED, "the section to settle")
                    self.assertEqual([], page.axe())

    def test_narrow_screen(self):
        page = self.page("/settings", width=390, height=844)
        for path in PAGES:
            with self.subTest(path):
                page.go(path)
                page.wait(SETTLED, "the section to settle")
                self.assertLessEqual(page.wide(), 0)
