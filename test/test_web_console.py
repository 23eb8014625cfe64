"""The console in a browser, against `weir demo`: the query of the old system, mistakes, SQL; the settings."""
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import web
from harness import wait_until
from web import Web

LINES = """(() => { const host = document.querySelector('section[aria-label=Answer] [data-editor]')?.shadowRoot;
    return host?.querySelector('.cm-content') ? [...host.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\\n') : ''; })()"""
EDITOR = "document.querySelector('[data-search]')?.shadowRoot?.querySelector('.cm-content') != null"


def setUpModule():
    web.start()


class Console(Web):
    def open(self, search="", **options):
        page = self.page(**options)
        page.go("/console" + search, "Console")
        page.wait(EDITOR, "the editor")
        return page

    def ask_es(self, path, body):
        request = urllib.request.Request(self.demo.url + "/es/" + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def need_es(self):
        try:
            self.demo.get("/es/_count")
        except urllib.error.HTTPError as error:
            self.skipTest(f"GET /es/_count answers {error.code}")

    def test_the_query_of_the_slides_gives_what_the_api_gives(self):
        """Run as it stands; the answer and that of the API to the same question are the same but for the time they took."""
        self.need_es()
        page = self.open()
        page.click("button", "Run")
        page.wait("location.search.includes('dsl=')", "the question in the address")
        page.wait_text("200 answered")
        text = urllib.parse.parse_qs(page.search()[1:])["dsl"][0]
        first, _, body = text.partition("\n")
        self.assertEqual("GET _search", first)
        question = json.loads(body)
        terms = question["query"]["bool"]["must"]
        self.assertEqual("103.64.13.0/24", terms[1]["term"]["sa"]["value"])
        # Flows of the last minutes still come in: the same question an hour back has an answer that stays.
        times = terms[0]["range"]["ts"]
        for end in ("gte", "lte"):
            text = text.replace(str(times[end]), str(times[end] - 3_600_000))
            times[end] -= 3_600_000
        asked = wait_until(lambda: self.same_twice(question), "the demo's past to be told", limit=90, every=2)
        again = self.open("?" + urllib.parse.urlencode({"dsl": text}))
        again.wait_text("200 answered")
        again.wait(f"{LINES}.includes('\"took\"')", "the answer")
        # What is saved is what came; the editor shows only the lines in sight.
        again.evaluate("""window.saved = null; URL.createObjectURL = (blob) => {
            blob.text().then((text) => { window.saved = text; }); return '#'; }; true""")
        again.click("button", "Save")
        shown = json.loads(again.wait("window.saved", "the answer's text"))
        shown.pop("took")
        self.assertEqual(asked, shown)
        self.assertGreater(shown["hits"]["total"]["value"], 0)
        self.assertIn("router_ip", shown["aggregations"])

    def same_twice(self, question):
        """The answer without the time it took, once it is the same twice."""
        first, second = self.ask_es("_search", question), self.ask_es("_search", question)
        for one in (first, second):
            one.pop("took")
        return first if first == second and first["hits"]["total"]["value"] > 0 else None

    def test_a_mistake_is_marked_where_it_is(self):
        page = self.open("?" + urllib.parse.urlencode({"dsl": 'GET _search\n{\n  "size" 1\n}'}))
        page.wait("document.querySelector('[data-search]').shadowRoot.querySelector('.cm-lintRange-error')?.textContent === '1'", "the place")
        page.wait_text("Line 3: A : is expected here.")

    def test_what_is_refused_is_shown_as_it_came(self):
        self.need_es()
        page = self.open("?" + urllib.parse.urlencode({"dsl": 'GET _search\n{"query": {"nonsense": {}}}'}))
        page.wait_text("400 refused")
        page.wait(f"{LINES}.includes('nonsense')", "the reason")

    def test_completion_and_format_by_keyboard(self):
        page = self.open("?" + urllib.parse.urlencode({"dsl": 'GET _count\n{"query":{"match_all":{}}}'}))
        page.click("button", "Format")
        lines = "[...document.querySelector('[data-search]').shadowRoot.querySelectorAll('.cm-line')].map((one) => one.textContent)"
        page.wait(f"{lines}.includes('    \"match_all\": {{}}')", "the body in lines")
        page.evaluate("document.querySelector('[data-search]').focus()")
        page.key("End", modifiers=2)
        page.type("\nGET _se")
        page.key(" ", modifiers=2)
        page.wait("document.querySelector('[data-search]').shadowRoot.querySelector('.cm-tooltip-autocomplete')?.textContent.includes('_search')",
                  "what could come next")
        page.key("Enter")
        page.wait(f"{lines}.includes('GET _search')", "the whole word")

    def test_sql_gives_what_the_api_gives(self):
        hour_ago = int(time.time() * 1000) - 3_600_000
        sql = f"SELECT count(*) AS n, sum(bytes) AS octets FROM flows WHERE time < {hour_ago}"
        path = "/api/v1/sql?" + urllib.parse.urlencode({"sql": sql})
        try:
            rows = json.loads(self.demo.get(path))["rows"]
        except urllib.error.HTTPError as error:
            self.skipTest(f"GET /api/v1/sql answers {error.code}")
        page = self.open("?" + urllib.parse.urlencode({"tab": "sql", "sql": sql}))
        page.wait("document.querySelectorAll('[role=gridcell]').length === 2", "one row")
        cells = page.evaluate("[...document.querySelectorAll('[role=gridcell]')].map((cell) => Number(cell.textContent.replaceAll(',', '')))")
        self.assertEqual(rows[0], cells)
        wrong = self.open("?" + urllib.parse.urlencode({"tab": "sql", "sql": "SELECT nonsense FROM flows"}))
        wrong.wait_text("Error 400.")


    def test_a_slow_question_ends_on_the_server_when_it_is_cancelled(self):
        running = lambda: [one for one in json.loads(self.demo.get("/api/v1/queries"))["queries"] if "slow_one" in json.dumps(one)]
        sql = "SELECT count(*) AS slow_one FROM flows a, flows b, flows c WHERE a.bytes + b.bytes > c.bytes"
        page = self.open("?" + urllib.parse.urlencode({"tab": "sql", "sql": sql}))
        wait_until(running, "the question to run")
        page.click("button", "Cancel")
        wait_until(lambda: not running(), "the question to end")
        page.wait_text("cancelled")

    def test_a_long_table_holds_only_what_is_in_sight(self):
        page = self.open("?" + urllib.parse.urlencode({"tab": "sql", "sql": "SELECT time, src_addr, dst_addr, bytes FROM flows LIMIT 10000"}))
        page.wait_text("10,000 rows")
        rows = "document.querySelectorAll('[role=grid] [data-index]').length"
        self.assertLess(page.evaluate(rows), 200)
        page.evaluate("document.querySelector('[role=grid]').scrollTop = 1e9")
        page.wait("document.querySelector('[data-index=\"9999\"]') !== null", "the last row")
        self.assertLess(page.evaluate(rows), 200)


class Settings(Web):
    def test_every_exporter_and_what_to_do_next(self):
        page = self.page()
        page.go("/settings", "Received")
        for exporter in json.loads(self.demo.get("/api/v1/doctor"))["exporters"]:
            page.wait_text(exporter["name"])
        self.assertRegex(page.text(), "Nothing to mend|The next thing to do")

    def test_pages(self):
        page = self.page()
        shows = {"routers": "This server's address", "routes": "IPv4", "storage": "on the disk", "access": "This Weir has no log-in"}
        for name, text in shows.items():
            with self.subTest(name):
                page.go(f"/settings?page={name}")
                page.wait_text(text)
