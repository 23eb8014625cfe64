"""The API over a running Weir: flows by page and as a stream, SQL, completion, questions that run."""
import json
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

from harness import TestCase, run_weir, wait_until
from test_openapi import flows


class Dns:
    """Answers for addresses it has names for, and says of the others that they have none (RFC 1035)."""

    def __init__(self, names):
        self.names = {".".join(reversed(address.split("."))) + ".in-addr.arpa": name for address, name in names.items()}
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                message, sender = self.socket.recvfrom(1500)
            except OSError:
                return
            self.asked += 1
            labels, at = [], 12
            while message[at]:
                labels.append(message[at + 1:at + 1 + message[at]].decode())
                at += message[at] + 1
            question, name = message[12:at + 5], self.names.get(".".join(labels).lower())
            head = message[:2] + (b"\x81\x80" if name else b"\x81\x83") + b"\0\1" + (b"\0\1" if name else b"\0\0") + bytes(4)
            target = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0" if name else b""
            record = b"\xc0\x0c\0\x0c\0\1\0\0\0\x3c" + len(target).to_bytes(2, "big") + target if name else b""
            self.socket.sendto(head + question + record, sender)


class Names(TestCase):
    def test_filters_by_names_of_the_dns(self):
        dns = Dns({"192.0.2.1": "one.example.net", "192.0.2.2": "two.example.net", "198.51.100.3": "three.example.org"})
        self.addCleanup(dns.socket.close)
        config = self.directory / "weir.yaml"
        config.write_text(f"names:\n  servers: [127.0.0.1:{dns.port}]\n")
        server = self.weir("--config", config)
        flows(server, 600)
        pairs = [("src_name ~ \"example\\.net$\"", "src ip in [192.0.2.1 192.0.2.2]"),
                 ("dst_name = THREE.example.org and src port > 1000", "dst ip 198.51.100.3 and src port > 1000"),
                 ("name ~ example", "src ip in [192.0.2.1 192.0.2.2] or dst ip 198.51.100.3"),
                 ("not src_name is known", "not src ip in [192.0.2.1 192.0.2.2]")]
        for by_name, by_address in pairs:
            with self.subTest(by_name):
                self.assertGreater(server.sums(by_address)["flows"], 0)
                self.assertEqual(server.sums(by_name), server.sums(by_address))
        asked = dns.asked
        answer = json.loads(server.get("/api/v1/names?addresses=192.0.2.1,192.0.2.7"))
        self.assertEqual(answer, {"names": [{"address": "192.0.2.1", "name": "one.example.net"}], "unasked": 0})
        self.assertEqual(dns.asked, asked, "what was asked is known")
        server.stop()
        offline = run_weir("query", "--data", self.data, "src_name ~ x")
        self.assertEqual(offline.returncode, 2)
        self.assertIn("--server", offline.stderr)


class Api(TestCase):
    COUNT = 2400

    def setUp(self):
        super().setUp()
        self.server = self.weir()
        flows(self.server, self.COUNT)

    def json(self, path, **parameters):
        return json.loads(self.server.get(path + "?" + urllib.parse.urlencode(parameters)))

    def problem(self, path, method="GET", **parameters):
        request = urllib.request.Request(self.server.url + path + "?" + urllib.parse.urlencode(parameters), method=method)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=20)
        with caught.exception as answer:
            return json.loads(answer.read())

    def test_flows_sql_completion(self):
        self.pages_give_every_flow_once_while_more_arrive()
        self.streams_give_every_flow()
        self.sql_agrees_with_the_question()
        self.sql_does_not_escape()
        self.completion_knows_the_data()
        self.exporters_and_interfaces()

    def pages_give_every_flow_once_while_more_arrive(self):
        for order in ("-time", "time", "-bytes", "src_addr,dst_addr"):
            with self.subTest(order=order):
                before = len(self.server.get("/api/v1/flows?format=ndjson&columns=time").splitlines())
                seen, after, pages = [], None, 0
                while True:
                    page = self.json("/api/v1/flows", columns="time,src_addr,dst_addr,src_port,bytes", top=500, order=order,
                                     **({"after": after} if after else {}))
                    seen += [tuple(row.values()) for row in page["rows"]]
                    pages += 1
                    if pages == 2:
                        flows(self.server, 30, before=before)
                    after = page["next"]
                    if after is None:
                        break
                # What arrives behind the first page is not in it, but for flows that ended before that page was asked for.
                self.assertGreaterEqual(len(seen), before)
                self.assertLessEqual(len(seen), before + 30)

    def streams_give_every_flow(self):
        total = self.server.sums()
        lines = [json.loads(line) for line in self.server.get("/api/v1/flows?format=ndjson&from=-2h").splitlines()]
        self.assertEqual((total["flows"], total["bytes"]), (len(lines), sum(line["bytes"] for line in lines)))
        rows = self.server.get("/api/v1/flows?format=csv&from=-2h&columns=bytes,src_addr&filter=src+ip+192.0.2.1").splitlines()
        self.assertEqual(rows[0], "bytes (B),src_addr")
        self.assertEqual(sum(int(row.split(",")[0]) for row in rows[1:]), self.server.sums("src ip 192.0.2.1")["bytes"])
        ten = self.server.get("/api/v1/flows?format=ndjson&top=10&order=-bytes&columns=bytes").splitlines()
        self.assertEqual([json.loads(line)["bytes"] for line in ten], sorted((line["bytes"] for line in lines), reverse=True)[:10])
        self.note(f"{len(lines)} flows streamed agree with the totals to the byte")

    def sql_agrees_with_the_question(self):
        done = run_weir("sql", "SELECT src_addr, sum(bytes) FROM flows GROUP BY 1 ORDER BY 2 DESC", "--server", self.server.url,
                        "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        ours = [(row["src_addr"], row["bytes"]) for row in self.server.rows(by=["src_addr"])]
        self.assertEqual([tuple(row) for row in json.loads(done.stdout)["rows"]], ours)
        table = run_weir("sql", "SELECT count(*) AS n, NULL AS x FROM flows", "--server", self.server.url)
        self.assertEqual(table.stdout.splitlines()[0].split(), ["n", "x"])
        wrong = run_weir("sql", "SELECT * FROM read_csv('/etc/passwd')", "--server", self.server.url)
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertIn("read_csv", wrong.stderr)

    def sql_does_not_escape(self):
        for statement in ("SELECT * FROM '/etc/passwd'", "COPY flows TO '/tmp/x.csv'", "SELECT 1; SELECT 2", "DROP VIEW flows",
                          "SELECT * FROM duckdb_settings()", "SELECT getenv('HOME')", "SET threads = 1", "ATTACH '/tmp/x'",
                          "WITH a AS (SELECT * FROM glob('/*')) SELECT * FROM a"):
            with self.subTest(statement):
                self.assertEqual(self.problem("/api/v1/sql", sql=statement)["parameter"], "sql")

    def completion_knows_the_data(self):
        def texts(text):
            return [one["text"] for one in self.json("/api/v1/complete", filter=text)["candidates"]]
        self.assertIn("127.0.0.1", texts("router ip "))
        self.assertEqual(texts("dst as 15169 an"), ["and"])
        self.assertIn("15169", texts("dst as "))
        self.assertIn("1", texts("in if "))

    def exporters_and_interfaces(self):
        self.assertEqual([one["address"] for one in self.json("/api/v1/exporters")["exporters"]], ["127.0.0.1"])
        found = {one["index"]: one for one in self.json("/api/v1/interfaces")["interfaces"]}
        self.assertLessEqual(set(found), {1, 2})
        self.assertEqual(self.problem("/api/v1/queries/none", method="DELETE")["status"], 404)

    def test_closed_connections_end_questions(self):
        heavy = "SELECT count(*) FROM flows a, flows b, flows c WHERE a.bytes + b.bytes < c.bytes"
        self.need("curl")
        question = ["curl", "-s", "-m", "60", "-H", "X-Query-ID: heavy", "-G", "--data-urlencode", "sql=" + heavy,
                    self.server.url + "/api/v1/sql"]
        asking = subprocess.Popen(question, stdout=subprocess.PIPE)

        def ids():
            return [one["id"] for one in self.json("/api/v1/queries")["queries"]]
        wait_until(lambda: "heavy" in ids(), "the question to run")
        asking.kill()
        asking.wait()
        asking.stdout.close()
        wait_until(lambda: ids() == [], "the question to end")
        asking = subprocess.Popen(question, stdout=subprocess.PIPE)
        wait_until(lambda: "heavy" in ids(), "the question to run")
        request = urllib.request.Request(self.server.url + "/api/v1/queries/heavy", method="DELETE")
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.assertEqual(json.loads(answer.read()), {"id": "heavy", "cancelled": True})
        out, _ = asking.communicate(timeout=20)
        self.assertEqual(json.loads(out)["status"], 409)
