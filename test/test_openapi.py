"""The API against its own description: the document is OpenAPI 3.1, every route is in it, real answers have the shapes that
it says, and requests made up from it, right ones and hostile ones, never make the server fail or hang."""
import http.client
import json
import random
import sys
import time
import urllib.parse

from harness import Sender, TestCase
from netflow import Exporter9, record

try:
    import jsonschema
except ImportError:  # Debian's package, for a Python that is not Debian's
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import jsonschema
    except ImportError:
        jsonschema = None

ENDLESS = {"/api/v1/live"}
METHODS = {"get", "post", "delete", "put", "patch"}
# Values that mean something, for parameters whose schema says only "text".
GOOD = {
    "filter": ["", "proto tcp", "src net 192.0.2.0/24 and dst port in [80 443]", "not (port 53 or bytes > 1M)",
               "communities has 65535:666", "as_path ~ \"^3491\"", "src_as != dst_as", "# nothing\n"],
    "by": ["src_addr", "dst_as,proto", "in_if", "src_prefix", "exporter,in_if", ""],
    "columns": ["all", "time,src_addr,bytes", "bps,duration,src_prefix", "as_path"],
    "order": ["-time", "time", "-bytes", "src_addr,-dst_port"],
    "from": ["-1h", "-2h", "-10m", "2026-01-01", "0"],
    "to": ["now", "-1m", "2999-01-01"],
    "resolution": ["auto", "1m", "5m", "1h", "60000ms"],
    "overhead": ["18", "38"], "distinct": ["src_addr", "src_addr,dst_port"], "compare": ["1h", "1d"],
    "timeout": ["10s"], "memory": ["64M"], "after": ["1~2~x", "19a~19b~1.2.3"], "query_id": ["a", "q.1-2_3"],
    "sql": ["SELECT 1", "SELECT proto, sum(bytes) FROM flows GROUP BY ALL", "SELECT * FROM rollup_1h", "SELECT * FROM flows LIMIT 3",
            "SELECT src_addr FROM flows WHERE weir_in(src_addr, '192.0.2.0/24')"],
    "name": ["usage-by-ip", "usage-by-asn", "customer-profile", "nothing"], "start": ["-3h"], "end": ["now"], "group": ["nobody"],
    "month": ["2026-10", "2026-11"], "customer": ["Acme"], "region": ["MY,SG"], "router": ["127.0.0.1"], "interface": ["eth0"],
    "src_ip": ["192.0.2.0/24"], "dst_ip": ["198.51.100.1"], "src_port": ["80,1024-65535"], "dst_port": ["443"], "size": ["5"],
    "preset": ["spam", "scanning"], "least": ["10"], "direction": ["out"], "side": ["remote"], "detail": ["hosts"], "subnet": ["24"],
    "subnet6": ["48"], "home": ["MY"], "sort": ["maximum"], "layer": ["2"], "src_as": ["64500"], "dst_as": ["15169"],
    "target": ["192.0.2.1/32"], "action": ["blackhole"], "ttl": ["10m"], "why": ["a test"], "attack": ["1"], "decision": ["approve"],
    "index": ["1", "7"], "revision": [0, 1], "tiles": [[]],
    "closed": ["5"], "within": ["192.0.2.0/24"], "rule": ["udp-flood"], "measure": ["bits"], "per": ["dst_addr"], "way": ["in"],
    "window": ["10s"], "value": ["1M"],
    "addresses": ["127.0.0.1", "192.0.2.1,2001:db8::1"],
    "address": ["192.0.2.1", "2001:db8::1"], "exporter": ["127.0.0.1", "2001:db8::9"], "next_hop": ["192.0.2.9"],
    "time": ["-1h", "2026-01-01"], "numbers": ["15169", "AS3356,1"], "search": ["goo", "15"], "prefix": ["0.0.0.0/0", "192.0.2.0/24"],
    "table": ["", "64500:1"], "source": ["edge-1"], "id": ["nobody", "1-1"], "position": ["0", "3", "999"],
}
HOSTILE = ["", "'", '"', "\\", "%", "\x00", "\r\nX: y", "-1", "0", "1e999", "99999999999999999999999", "NaN", "null", "[]", "{}",
           "true", "../../etc/passwd", "\u00fc\u4e2d\U0001f600", "\u202e", "a" * 3000, "(" * 3000, "not " * 800, "1" * 400,
           "::", "0.0.0.0", "255.255.255.255/99", "' OR 1=1 --", "; DROP TABLE flows", "$(id)", "<script>", "{{7*7}}",
           "SELECT * FROM '/etc/passwd'", "9999-12-31T23:59:59.999Z", "-99999999999h", "1970-01-01", ",", "-", "~", "*", "#"]


def flows(weir, count=120, before=0):
    sender = Sender(weir.port)
    exporter = Exporter9()
    sender.send(exporter.template())
    chance = random.Random(3)
    for _ in range(count // 15):
        sizes = [(packets, packets * chance.randrange(40, 1500)) for packets in chance.choices(range(1, 10**5), k=15)]
        sender.send(exporter.data(*[record(
            src_addr=f"192.0.2.{chance.randrange(1, 9)}", dst_addr=f"198.51.100.{chance.randrange(1, 9)}",
            src_port=chance.randrange(65_536), dst_port=443, proto=6, tos=0, tcp_flags=24, bytes=octets, packets=packets,
            in_if=1, out_if=2, src_as=64500, dst_as=15169, next_hop="203.0.113.1",
            ago_ms=chance.randrange(60_000), duration_ms=chance.randrange(1000)) for packets, octets in sizes]))
    sender.close()
    weir.wait_for_flows(before + count)


class Asker:
    """One connection after the other; counts, and holds every answer against the document."""

    def __init__(self, test, weir, document):
        self.test, self.weir, self.document = test, weir, document
        self.asked, self.by_status, self.slowest = 0, {}, 0.0
        self.connection = None

    def ask(self, method, path, headers=None, body=None):
        self.asked += 1
        began = time.monotonic()
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.weir.http, timeout=30)
            try:
                self.connection.request(method, path, body=body, headers=headers or {})
                answer = self.connection.getresponse()
                text = answer.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise
        if answer.getheader("Connection") == "close":
            self.connection.close()
            self.connection = None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.by_status[answer.status] = self.by_status.get(answer.status, 0) + 1
        return answer, text

    def validate(self, text, schema):
        whole = {"$ref": f"#/components/schemas/{schema}", "components": self.document["components"]} if isinstance(schema, str) \
            else {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole).validate(json.loads(text))

    def hold(self, operation, answer, text, what):
        """A 200 has a documented type and shape, anything else is a problem that says something."""
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        if answer.status in (200, 201):
            content = operation["responses"]["200"]["content"]
            self.test.assertIn(kind, content, f"{what}: this type is not documented")
            if kind == "application/json":
                self.validate(text, content[kind]["schema"])
            return
        self.test.assertIn(answer.status, (400, 401, 404, 405, 408, 409, 413, 415, 431, 501, 503, 504), f"{what}: {text[:300]}")
        self.test.assertEqual(kind, "application/problem+json", what)
        self.validate(text, "Problem")
        self.test.assertEqual(json.loads(text)["status"], answer.status, what)


class OpenApi(TestCase):
    def setUp(self):
        super().setUp()
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed (script/setup test)")
        self.weir_process = self.weir()
        flows(self.weir_process)
        self.document = json.loads(self.weir_process.get("/api/v1/openapi.json"))
        self.asker = Asker(self, self.weir_process, self.document)

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield method.upper(), path, operation

    def test_document_and_answers(self):
        self.document_is_openapi()
        self.every_route_is_described()
        self.real_answers_have_their_shapes()
        self.documents_are_saved_and_deleted()
        self.made_up_requests()
        self.assertIsNone(self.weir_process.process.poll(), "weir is still there")
        self.note(f"{self.asker.asked} requests to {len(list(self.operations()))} operations; answers by status: "
                  f"{dict(sorted(self.asker.by_status.items()))}; the slowest took {self.asker.slowest:.2f} s")

    def document_is_openapi(self):
        self.assertRegex(self.document["openapi"], r"^3\.1\.\d+$")
        self.assertEqual({"openapi", "info", "paths", "components"}, set(self.document))
        self.assertTrue(self.document["info"]["title"] and self.document["info"]["version"])
        for name, schema in self.document["components"]["schemas"].items():
            with self.subTest(schema=name):
                jsonschema.Draft202012Validator.check_schema(schema)
        seen = set()
        for method, path, operation in self.operations():
            if "x-undocumented" in operation:
                continue
            with self.subTest(f"{method} {path}"):
                self.assertIn(method.lower(), METHODS)
                self.assertTrue(path.startswith("/"))
                self.assertNotIn(operation["operationId"], seen)
                seen.add(operation["operationId"])
                self.assertLessEqual(set(operation), {"operationId", "summary", "parameters", "requestBody", "responses"})
                names = [(one["name"], one["in"]) for one in operation.get("parameters", [])]
                self.assertEqual(len(names), len(set(names)))
                in_path = {name for name, place in names if place == "path"}
                self.assertEqual(in_path, {part[1:-1] for part in path.split("/") if part.startswith("{")})
                for one in operation.get("parameters", []):
                    self.assertEqual({"name", "in", "required", "description", "schema"}, set(one))
                    self.assertTrue(one["required"] or one["in"] == "query")
                    jsonschema.Draft202012Validator.check_schema(one["schema"])
                self.assertIn("200", operation["responses"])
                self.assertIn("default", operation["responses"])
                for response in operation["responses"].values():
                    self.assertTrue(response["description"])
                    for content in response["content"].values():
                        self.resolve(content["schema"])

    def resolve(self, schema):
        if "$ref" in schema:
            self.assertIn(schema["$ref"].rsplit("/", 1)[1], self.document["components"]["schemas"])

    def every_route_is_described(self):
        missing = [f"{method} {path}" for method, path, operation in self.operations() if "x-undocumented" in operation]
        self.assertEqual([], missing, "these routes have no row in src/serve/openapi_routes.cc")

    def real_answers_have_their_shapes(self):
        for method, path, operation in self.operations():
            if path in ENDLESS:
                continue
            with self.subTest(f"{method} {path}"):
                if method == "PUT":
                    continue  # below: what a document must hold is more than its parameters say
                values = {one["name"]: GOOD[one["name"]][0] for one in self.parameters(operation) if one.get("required")}
                if path.endswith("/sql"):
                    values["sql"] = "SELECT * FROM flows LIMIT 5"
                if path.endswith("/as"):
                    values["search"] = "goo"
                answer, text = self.send(method, path, operation, values, as_json=method == "POST")
                nothing_there = "{id}" in path or path.startswith("/api/v1/billing/")
                loose = ("/api/v1/mitigations", "/api/v1/attacks/", "/api/v1/detect/backtest")
                if path.startswith(loose) and answer.status != 200:
                    self.assertIn(answer.status, (400, 401, 404), text[:500])  # nothing is there, nobody may decide
                    nothing_there = True
                else:
                    self.assertEqual(answer.status, 404 if nothing_there else 200, text[:500])
                self.asker.hold(operation, answer, text, f"{method} {path}")
                for kind in operation["responses"]["200"]["content"] if not nothing_there else ():
                    wanted = {"application/x-ndjson": "ndjson", "text/csv": "csv", "text/plain": "text"}.get(kind)
                    formats = next((one["schema"].get("enum", []) for one in self.parameters(operation)
                                    if one["name"] == "format"), [])
                    wanted = "table" if wanted == "text" and "table" in formats else wanted
                    if wanted not in formats:
                        continue
                    answer, text = self.send(method, path, operation, {**values, "format": wanted})
                    self.assertEqual((answer.status, answer.getheader("Content-Type").split(";")[0]), (200, kind), text[:500])

    def documents_are_saved_and_deleted(self):
        for path, document in (("/api/v1/dashboards/{id}", {"name": "Mine", "tiles": []}),
                               ("/api/v1/filters/{id}", {"name": "Mine", "filter": "proto tcp"})):
            item = self.document["paths"][path]
            for method, status in (("GET", 404), ("PUT", 200), ("GET", 200), ("DELETE", 200), ("DELETE", 404)):
                with self.subTest(f"{method} {path}"):
                    operation = item[method.lower()]
                    answer, text = self.send(method, path, operation, {"id": "mine", **(document if method == "PUT" else {})})
                    self.assertEqual(answer.status, status, text[:500])
                    self.asker.hold(operation, answer, text, f"{method} {path}")

    @staticmethod
    def parameters(operation):
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            return [{"name": name, "in": "body", "schema": one, "required": name in schema.get("required", [])}
                    for name, one in schema["properties"].items()] + operation.get("parameters", [])
        return operation.get("parameters", [])

    def send(self, method, path, operation, values, as_json=False, headers=None):
        values = dict(values)
        for part in [part for part in path.split("/") if part.startswith("{")]:
            path = path.replace(part, urllib.parse.quote(str(values.pop(part[1:-1], "x")), safe=""))
        if method == "PUT":
            return self.asker.ask(method, path, {"Content-Type": "application/json", **(headers or {})}, json.dumps(values))
        if method == "POST" and "requestBody" not in operation:
            return self.asker.ask(method, path + "?" + urllib.parse.urlencode(values, errors="surrogatepass"), {"Content-Length": "0"})
        if method == "POST" and as_json:
            return self.asker.ask(method, path, {"Content-Type": "application/json", **(headers or {})}, json.dumps(values))
        form = urllib.parse.urlencode(values, errors="surrogatepass")
        if method == "POST":
            return self.asker.ask(method, path, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}, form)
        return self.asker.ask(method, path + ("?" + form if form else ""), headers)

    def made_up_requests(self, seconds=25, most=3000):
        chance = random.Random(20261123)
        operations = [(m, p, o) for m, p, o in self.operations() if p not in ENDLESS and "x-undocumented" not in o]
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.asker.asked < most:
            method, path, operation = chance.choice(operations)
            what = f"{method} {path}"
            style = chance.random()
            if style < 0.05:
                wrong = chance.choice([m for m in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW") if m != method])
                answer, text = self.asker.ask(wrong, path.replace("{", "").replace("}", ""), {"Content-Length": "0"})
                if wrong.lower() not in self.document["paths"].get(path, {}):
                    self.assertIn(answer.status, (400, 404, 405), f"{wrong} {path}")
                    self.asker.hold(operation, answer, text, f"{wrong} {path}")
                continue
            values = {}
            for one in self.parameters(operation):
                if one.get("required") or chance.random() < 0.35:
                    values[one["name"]] = self.value(chance, one, hostile=style > 0.5)
            if style > 0.9:
                values[chance.choice(["nothing", "filter ", "", "__proto__", "Filter"])] = chance.choice(HOSTILE)
            headers = {"X-Query-ID": chance.choice(["a", "x" * 65, "a b", "q-1"])} if chance.random() < 0.05 else None
            if method == "POST" and style > 0.85:
                body = chance.choice(['{"filter":', "[]", "null", '{"filter":{}}', '{"top":1.5}', '{"by":[1]}', "[" * 500, '"' + "x" * 5000,
                                      '{"filter":"a","filter":"b"}', "\xff\xfe", '{"\\u0000":1}'])
                kind = chance.choice(["application/json", "application/x-www-form-urlencoded", "text/xml", "", "application/json; charset=x"])
                answer, text = self.asker.ask(method, path, {"Content-Type": kind}, body.encode("latin-1"))
            else:
                answer, text = self.send(method, path, operation, values, as_json=chance.random() < 0.5, headers=headers)
            self.asker.hold(operation, answer, text, f"{what} {values!r:.600}")
        self.assertGreater(self.asker.asked, 300)
        self.assertLess(self.asker.slowest, 20)
        self.assertGreater(self.asker.by_status.get(200, 0), 50)
        self.assertGreater(self.asker.by_status.get(400, 0), 50)

    @staticmethod
    def value(chance, one, hostile):
        schema = one["schema"]
        if hostile and chance.random() < 0.6:
            return chance.choice(HOSTILE)
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if schema.get("type") == "integer":
            return chance.choice([schema.get("minimum", 0), 7, 100, min(schema.get("maximum", 10**6), 10**6), 10**12 if hostile else 1])
        return chance.choice(GOOD.get(one["name"], ["x"]))
