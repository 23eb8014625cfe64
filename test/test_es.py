"""The Elasticsearch-compatible API: the query of the old system by curl, and the official clients, over one data directory."""
import json
import pathlib
import subprocess
import time

from harness import TestCase, wait_until

HERE = pathlib.Path(__file__).resolve().parent / "es"

# As the slides print it, with its braces put right.
SLIDE = (HERE.parent.parent / "testdata/es/slides_query.json").read_text()
SHORT_NAMES = "ts ra din sa sp da dp sas das pr flg tos pps bps in out smk dmk nh ssn dsn asp".split()


class Es(TestCase):
    """A Weir that keeps still, on the last hour of what a demo tells."""

    def setUp(self):
        super().setUp()
        demo = self.weir(command="demo", ready=60)
        wait_until(lambda: demo.sums("src net 103.64.13.0/24", start="-1h")["flows"] > 200, "the demo's flows", limit=60, every=0.5)
        self.assertEqual(0, demo.stop())
        self.weir_now = self.weir()
        end = int(time.time() * 1000)
        self.start, self.end = end - 3_600_000, end

    def curl(self, path, body=None, base=None, method=None):
        """What curl prints, as JSON where it is JSON."""
        self.need("curl")
        command = ["curl", "-sS", f"{base or 'http://' + self.weir_now.es}{path}"]
        if method:
            command += ["-X", method]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
        done = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60)
        self.assertEqual(0, done.returncode, done.stderr)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout

    def flows(self, text, by=()):
        """`weir query` over the same range: key -> flows."""
        rows = self.weir_now.rows(text, by=by, start=self.start, end=self.end + 1, metric="flows")
        return {tuple(row[name] for name in by): int(row["flows"]) for row in rows}

    def test_the_query_of_the_slides(self):
        printed = self.curl("/_search", SLIDE, method="GET")
        self.assertEqual(0, printed["hits"]["total"]["value"], "the demo has no flows of 2018")
        asked = SLIDE.replace("1532382430693", str(self.start)).replace("1532388430693", str(self.end))
        answer = self.curl("/_search?rest_total_hits_as_int=true", asked, method="GET")
        self.assertEqual(answer["aggregations"], self.curl("/_search", asked, base=self.weir_now.url + "/es")["aggregations"])

        expected = self.flows("src net 103.64.13.0/24", ["exporter", "in_if"])
        self.assertEqual(sum(expected.values()), answer["hits"]["total"])
        routers = answer["aggregations"]["router_ip"]["buckets"]
        self.assertGreater(len(routers), 1)
        by_router = self.flows("src net 103.64.13.0/24", ["exporter"])
        self.assertEqual({(bucket["key"],): bucket["doc_count"] for bucket in routers},
                         dict(sorted(by_router.items(), key=lambda row: -row[1])[:10]))
        for router in routers:
            for interface in router["router_interface"]["buckets"]:
                self.assertEqual(expected[router["key"], interface["key"]], interface["doc_count"])
        self.hold_document(answer["hits"]["hits"][0])
        self.note(f"{answer['hits']['total']} hits on {len(routers)} routers in {answer['took']} ms")

    def hold_document(self, hit):
        self.assertEqual("f", hit["_type"])
        self.assertRegex(hit["_index"], r"^stat-20\d{6}$")
        source = hit["_source"]
        self.assertEqual(SHORT_NAMES, list(source)[:22])
        self.assertTrue(all(isinstance(source[name], str) for name in SHORT_NAMES), source)
        self.assertTrue(source["sa"].startswith("103.64.13."))
        self.assertRegex(source["flg"], r"^[U.][A.][P.][R.][S.][F.]$")
        self.assertIn(source["din"], ("I", "O", "-"))
        self.assertEqual(source["ts"], str(source["time"]))
        self.assertEqual(source["ssn"], source.get("src_prefix", "-"))

    def test_what_stands_on_the_old_pages(self):
        table = self.curl("/_cat/indices?v")
        head, *lines = table.splitlines()
        self.assertEqual("health status index uuid pri rep docs.count docs.deleted store.size pri.store.size".split(), head.split())
        counted = {line.split()[2]: int(line.split()[6]) for line in lines}
        self.assertEqual(counted, {name: self.curl(f"/{name}/_count")["count"] for name in counted})
        self.assertEqual(sum(counted.values()), self.curl("/_count")["count"])

    def test_bad_input_is_never_a_500(self):
        bodies = ["{", "[]", "null", "7", '{"query":{"bool":{"must":7}}}', '{"query":{"term":{"sa":{}}}}', '{"aggs":{"a":{}}}',
                  '{"aggs":{"a":{"terms":{}}}}', '{"size":1e9}', '{"from":-1}', '{"sort":[[]]}', '{"search_after":[1]}',
                  '{"query":{"regexp":{"asp":"("}}}', '{"query":{"query_string":{"query":"("}}}', '{"pit":{"id":"x"}}',
                  '{"aggs":{"a":{"date_histogram":{"field":"ts","fixed_interval":"1ms"}}}}', '{"aggs":{"a":{"terms":{"field":"sa","size":-1}}}}',
                  '{"query":' * 300, '{"a":"\\ud800"}', '{"query":{"ids":{"values":[{}]}}}', '{"_source":{"x":1}}']
        for body in bodies:
            answer = self.curl("/_search", body)
            self.assertIn(answer["status"], (400, 404), body)
            self.assertTrue(answer["error"]["root_cause"][0]["reason"], body)
        self.assertEqual(0, self.weir_now.metrics()["weir_es_responses_total"]['class="failed"'])

    def test_the_official_clients(self):
        self.need("node", "npm")
        install()
        done = subprocess.run(["node", "drive.mjs", f"http://{self.weir_now.es}", str(self.start), str(self.end)], cwd=HERE,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stderr[-4000:])
        seen = json.loads(done.stdout)
        flows = self.weir_now.sums(start=self.start, end=self.end)["flows"]
        for name in ("elastic", "openSearch"):
            client = seen[name]
            self.assertEqual(flows, client["count"])
            self.assertEqual({"hits": flows, "ids": flows}, client["scrolled"])
            self.assertEqual(flows, client["pointInTime"])
            self.assertEqual(flows, client["documents"])
            self.hold_aggregations(client["aggregations"])
        self.assertEqual(seen["elastic"]["aggregations"], seen["openSearch"]["aggregations"])
        self.note(f"{flows} flows by scroll, by point in time and by aggregations, the same with both clients")

    def hold_aggregations(self, aggregations):
        rows = self.weir_now.rows("", by=["exporter", "in_if"], start=self.start, end=self.end, metric="flows")
        routers = {bucket["key"]: bucket for bucket in aggregations["routers"]["buckets"]}
        self.assertEqual({row["exporter"] for row in rows}, set(routers))
        for row in rows:
            if row["in_if"] is None:
                continue
            found = [bucket for bucket in routers[row["exporter"]]["interfaces"]["buckets"] if bucket["key"] == row["in_if"]]
            self.assertEqual(int(row["flows"]), found[0]["doc_count"], row)
        # Unlike `weir query`, nothing is multiplied by the sampling rate here: bytes are those of the records.
        sums = [bucket["bytes"]["value"] for bucket in aggregations["routers"]["buckets"]]
        self.assertEqual(sorted(sums, reverse=True), sums)
        self.assertEqual(sum(sums), aggregations["sizes"]["sum"])
        self.assertEqual(sum(bucket["doc_count"] for bucket in routers.values()), aggregations["sizes"]["count"])
        sources = {row["src_addr"] for row in self.weir_now.rows("", by=["src_addr"], start=self.start, end=self.end)}
        self.assertLess(abs(len(sources) - aggregations["sources"]["value"]), 0.03 * len(sources) + 1)


def install():
    """The clients, as test/es/package-lock.json has them; once."""
    stamp, lock = HERE / "node_modules/.weir-installed", HERE / "package-lock.json"
    if stamp.is_file() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, stdin=subprocess.DEVNULL, check=True, timeout=300)
    stamp.touch()
