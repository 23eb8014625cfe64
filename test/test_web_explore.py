"""The web interface in a browser, against `weir demo`: the shell, Explore and Flows."""
import gzip
import json
import pathlib
import re
import socket
import urllib.error
import urllib.request

import web
from browser import Browser
from harness import TestCase, free_port
from page import Page
from web import ROWS, Web

BUDGET = 150_000  # octets, gzip
REFUSE = """window.real ??= window.fetch; window.fetch = (path, options) => String(path).startsWith('/api/v1/query')
    ? Promise.resolve(new Response('{"detail": "TEXT"}', {status: STATUS, headers: {'Content-Type': 'application/problem+json'}}))
    : window.real(path, options); true"""
HANG = """window.real ??= window.fetch; window.fetch = (path, options) => String(path) === '/api/v1/queries'
    ? Promise.resolve(new Response(JSON.stringify({queries: [{id: window.id, progress: 0.42}]}), {status: 200}))
    : String(path).startsWith('/api/v1/query?') && (window.id = options.headers['X-Query-ID'])
    ? new Promise((_, reject) => options.signal.addEventListener('abort', () => {
        window.ended = true; reject(new DOMException('ended', 'AbortError')); }))
    : window.real(path, options); true"""
WANT_TOKEN = """{ const real = window.fetch; window.fetch = (path, options) =>
    String(path).startsWith('/api/') && options?.headers?.Authorization !== 'Bearer secret'
        ? Promise.resolve(new Response('{"detail": "a token is wanted"}', {status: 401, headers: {'Content-Type': 'application/problem+json'}}))
        : real(path, options); }"""
RESTORE = "window.fetch = window.real; true"


def setUpModule():
    web.start()


class Shell(Web):
    def test_first_load_fits_the_budget(self):
        """What the page loads before any section: scripts, styles, the page itself, as gzip."""
        page = self.demo.get("/")
        total = len(gzip.compress(page.encode()))
        for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
            request = urllib.request.Request(self.demo.url + path, headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(request) as answer:
                self.assertEqual("gzip", answer.headers["Content-Encoding"], path)
                total += len(answer.read())
        self.assertLess(total, BUDGET)
        self.assertGreater(total, 20_000, "the page's scripts were not found")
        self.note(f"first load: {total / 1000:.0f} kB gzip")

    def test_every_section_has_an_address(self):
        table = (pathlib.Path(__file__).parent.parent / "web/src/sections/sections.ts").read_text()
        paths = re.findall(r'^    path: "([^"]+)"', table, re.M)
        self.assertIn("/explore", paths)
        for path in paths:
            with self.subTest(path):
                self.assertIn('<div id="root">', self.demo.get(path))
        with self.assertRaises(urllib.error.HTTPError):
            self.demo.get("/no-such-section")

    def test_keyboard(self):
        """Sections, help and search by keys alone; typing is no shortcut."""
        page = self.page()
        page.go("/", "Dashboard")
        page.key("?")
        page.wait("document.querySelector('dialog[open]') !== null", "the help")
        page.key("Escape")
        page.wait("document.querySelector('dialog[open]') === null", "the help to close")
        page.key("g")
        page.key("e")
        page.wait("location.pathname === '/explore'")
        page.wait("document.querySelector('[data-editor]')?.shadowRoot?.querySelector('.cm-content') != null", "the editor")
        page.key("/")
        page.wait("document.activeElement.matches('[data-editor]')", "the filter to have the focus")
        page.type("proto udp")
        page.key("Escape")
        page.key("/")
        page.key("Enter")
        page.wait("location.search.includes('filter=proto+udp')", "the filter in the address")


class Explore(Web):
    def explore(self, search="", **options):
        page = self.page(**options)
        page.go("/explore" + search)
        page.wait(ROWS, "rows in the table")
        return page

    def test_from_opening_to_an_answer(self):
        """Top AS as a chart and figures, narrowed by a click, back by the browser's Back."""
        page = self.explore()
        page.wait("document.querySelector('canvas') !== null", "a chart")
        self.assertIn("Destination AS", page.text())
        page.click("[role=gridcell]", "AS 4134")
        page.click("[role=menuitem]", "Only this")
        page.wait("location.search.includes('filter=dst_as+%3D+4134')", "the filter in the address")
        page.wait("document.querySelectorAll('[role=gridcell] .swatch').length === 1", "one row")
        page.evaluate("history.back()")
        page.wait("!location.search.includes('filter')", "the filter to be gone")
        page.wait("document.querySelectorAll('[role=gridcell] .swatch').length > 1", "all rows")

    def test_every_view_is_drawn(self):
        page = self.explore("?by=src_as,dst_as&from=-30m")
        for view in ("lines", "bars", "small", "heatmap", "sankey", "stack"):
            page.choose("View", view)
            page.wait(f"location.search.includes('view={view}') || '{view}' === 'stack'")
            page.wait("""[...document.querySelectorAll('canvas')].some((one) => {
                const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
                return data.some((value) => value !== 0); })""", f"{view} to be drawn")

    def test_a_link_reproduces_the_screen(self):
        search = f"?by=src_as&filter=proto+tcp&{self.past(60)}&top=5&unit=pps&view=lines&tz=Asia/Kuala_Lumpur"
        first, second = self.explore(search), self.explore(search)
        shown = [one.evaluate("document.querySelector('main').innerText").split("rows of")[0] for one in (first, second)]
        self.assertIn("p/s", shown[0])
        self.assertIn("UTC+8", first.text())
        names = [re.findall(r"AS \d+", text) for text in shown]
        self.assertEqual(names[0], names[1])
        self.assertEqual(5, first.evaluate("document.querySelectorAll('[role=gridcell] .swatch').length") - 1, "5 and the rest")

    def test_drag_zooms(self):
        page = self.explore("?from=-30m")
        left, top = page.wait("""(() => { const box = document.querySelector('[role=img] canvas')?.getBoundingClientRect();
            return box && [box.left, box.top]; })()""", "the chart")
        page.drag((left + 300, top + 100), (left + 600, top + 100))
        page.wait("/from=20\\d\\d-.*Z&to=20\\d\\d-/.test(location.search)", "an absolute range in the address")

    def test_a_wrong_filter_is_shown_where_it_is(self):
        page = self.page()
        page.go("/explore?filter=prot+tcp", "did you mean 'proto'?")
        page.wait("document.querySelector('[data-editor]').shadowRoot?.querySelector('.cm-lintRange-error')?.textContent === 'prot'",
                  "the wrong word underlined")

    def test_the_download_equals_the_answer_of_the_api(self):
        page = self.page()
        fixed = self.past()
        page.go(f"/explore?by=dst_as&{fixed}")
        page.wait(ROWS, "rows")
        page.click("button", "Download")
        link = page.wait("document.querySelector('a[download]')?.href", "the link")
        given = urllib.request.urlopen(link).read().decode()
        asked = self.demo.get(f"/api/v1/query?by=dst_as&metric=bytes&top=10&resolution=auto&format=csv&{fixed}")
        self.assertEqual(asked, given)
        self.assertIn("dst_as", given.splitlines()[0])

    def test_copy_as_holds_a_question_that_works(self):
        page = self.explore("?by=dst_as&filter=dst_as+%3D+4134&from=-10m")
        page.click("button", "Copy as")
        texts = page.wait("[...document.querySelectorAll('.panel pre')].map((one) => one.textContent)")
        command = next(text for text in texts if text.startswith("weir query"))
        self.assertIn("'dst_as = 4134' --by dst_as", command)
        body = json.loads(next(text for text in texts if "_search" in text).split("\n", 1)[1])
        self.assertIn({"term": {"dst_as": {"value": 4134}}}, body["query"]["bool"]["filter"])

    def test_table_by_keyboard(self):
        page = self.explore()
        page.evaluate("document.querySelector('[data-cell=\"0:0\"]').focus()")
        page.key("ArrowDown")
        page.wait("document.activeElement.dataset.cell === '1:0'", "the second row")
        page.key("Enter")
        page.wait("document.activeElement.getAttribute('role') === 'menuitem'", "the menu")
        page.key("Escape")
        page.wait("document.activeElement.dataset.cell === '1:0'", "the focus back")

    def test_a_slow_question_is_cancelled(self):
        page = self.explore()
        page.evaluate(HANG)
        page.click("button", "Refresh")
        page.wait_text("Asking... 42 %")
        page.click("button", "Cancel")
        page.wait("window.ended === true", "the request to end")
        page.wait_text("The question was cancelled.")
        page.evaluate(RESTORE)
        page.click("button", "Ask again")
        page.wait("!document.body.innerText.includes('was cancelled')")

    def test_401_and_500_say_what_to_do(self):
        page = self.explore()
        page.evaluate(REFUSE.replace("STATUS", "500").replace("TEXT", "the disk does not answer"))
        page.click("button", "Refresh")
        page.wait_text("Error 500. The disk does not answer.")
        page.evaluate(REFUSE.replace("STATUS", "401").replace("TEXT", "sign in"))
        page.click("button", "Try again")
        page.wait_text("You are not signed in")
        page.evaluate(RESTORE)
        page.click(".banner button", "Try again")
        page.wait("!document.body.innerText.includes('Error 401') && !document.querySelector('.banner')", "the page to be back")

    def test_a_log_in_is_asked_for_and_kept(self):
        """A token is wanted: it is typed in once, sent from then on, and known to the next load of the page in this tab."""
        page = self.page()
        page.call("Page.addScriptToEvaluateOnNewDocument", source=WANT_TOKEN)
        page.go("/explore")
        page.click("form[aria-label='Log in'] input")
        page.type("wrong")
        page.key("Enter")
        page.wait_text("is not accepted")
        page.click("form[aria-label='Log in'] input")
        page.type("secret")
        page.key("Enter")
        page.wait(ROWS, "rows")
        page.go("/explore?by=src_as")
        page.wait(ROWS, "rows")
        self.assertFalse(page.evaluate("document.querySelector('.banner') !== null"))

    def test_filters_are_saved_for_everybody(self):
        page, other = self.explore("?filter=proto+udp"), self.explore()
        page.click("button", "Filters")
        page.click("form[aria-label='Save the filter'] input")
        page.type("Only UDP")
        page.click("button", "Save for everybody")
        page.wait("document.querySelector('.panel h2 ~ div .choice')?.textContent.startsWith('Only UDP')", "the filter in the list")
        saved = json.loads(self.demo.get("/api/v1/filters"))["filters"]
        self.assertEqual([("Only UDP", "proto udp")], [(one["name"], one["filter"]) for one in saved])
        other.click("button", "Filters")
        other.click(".panel .choice", "Only UDP")
        other.wait("location.search.includes('filter=proto+udp')", "the filter in the address")
        other.evaluate("void (window.confirm = () => true)")
        other.click("button", "Filters")
        other.click("button[aria-label='Delete for everybody: Only UDP']")
        other.wait_text("None yet.")
        self.assertEqual([], json.loads(self.demo.get("/api/v1/filters"))["filters"])

    def test_narrow_screen(self):
        page = self.explore(width=390, height=800)
        self.assertLessEqual(page.wide(), 0)
        page.click("button", "Sections")
        page.click("nav a", "Flows")
        page.wait("location.pathname === '/flows'")


class Away(TestCase):
    def test_the_server_goes_and_comes_back(self):
        self.need("chromium")
        http = f"127.0.0.1:{free_port(socket.SOCK_STREAM)}"
        weir = self.weir(http=http)
        browser = Browser()
        self.addCleanup(browser.close)
        page = Page(browser, weir.url)
        page.go("/explore", "No flows match")
        weir.stop()
        page.click("button", "Refresh")
        page.wait_text("Weir does not answer.")
        self.weir(http=http)
        page.wait("!document.body.innerText.includes('does not answer')", "the page to come back", limit=30)
        page.wait_text("No flows match")


class Flows(Web):
    def setUp(self):
        super().setUp()
        try:
            self.demo.get("/api/v1/flows?top=1")
        except urllib.error.HTTPError as error:
            self.skipTest(f"GET /api/v1/flows answers {error.code}")

    def test_rows_open_and_filter(self):
        page = self.page()
        page.go("/flows?from=-5m")
        page.wait(ROWS, "flows")
        page.evaluate("document.querySelector('[data-cell=\"0:0\"]').focus()")
        page.key("o")
        page.wait("document.querySelector('dl dd') !== null", "every field")
        page.click("[role=gridcell]", "TCP")
        page.click("[role=menuitem]", "Only this")
        page.wait("location.search.includes('filter=proto+%3D+6')")

    def test_export_equals_the_api(self):
        page = self.page()
        past = self.past()
        page.go(f"/flows?columns=time,src_addr,bytes&{past}")
        page.wait(ROWS, "flows")
        page.click("button", "Export")
        link = page.wait("document.querySelector('a[download]')?.href", "the link")
        given = urllib.request.urlopen(link).read().decode()
        asked = self.demo.get(f"/api/v1/flows?columns=time,src_addr,bytes&order=-time&format=csv&{past}")
        self.assertEqual(asked, given)
        self.assertGreater(len(given.splitlines()), 1)

    def test_live_tail(self):
        page = self.page()
        page.go("/flows?live=yes")
        page.wait(ROWS, "flows")
        first = page.evaluate("document.querySelector('[data-cell=\"0:0\"]').textContent")
        page.wait(f"document.querySelector('[data-cell=\"0:0\"]').textContent !== {json.dumps(first)}", "newer flows")
