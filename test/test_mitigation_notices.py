"""What mitigation tells: webhooks, chats, mail, scripts and syslog; what a mitigation would cost; the audit log."""
import hashlib
import hmac
import http.server
import json
import pathlib
import socket
import socketserver
import threading
import time

import netflow
from harness import Sender, run_weir, wait_until
from mitigated_routers import MitigatedGobgp
from mitigating import ACTIONS, MitigationTestCase


class Hook(http.server.BaseHTTPRequestHandler):
    """Refuses so many requests, then takes them."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server = self.server
        server.seen.append((self.path, dict(self.headers), body))
        refuse = self.path not in server.taken and len([1 for path, _, _ in server.seen if path == self.path]) <= server.refusals
        if not refuse:
            server.taken.add(self.path)
        self.send_response(503 if refuse else 204)
        self.end_headers()

    do_PUT = do_POST

    def log_message(self, *_):
        pass


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        lines, data = [], None
        for line in self.rfile:
            if data is not None:
                if line == b".\r\n":
                    self.server.mails.append((lines, data))
                    data = None
                    self.wfile.write(b"250 taken\r\n")
                else:
                    data += line
                continue
            lines.append(line.decode().strip())
            if line.upper().startswith(b"DATA"):
                data = b""
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class Notices(MitigationTestCase):
    def serve(self, server):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def hooks(self, refusals=0):
        server = self.serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook))
        server.seen, server.taken, server.refusals = [], set(), refusals
        server.base = f"http://127.0.0.1:{server.server_port}"
        return server

    def test_webhooks(self):
        hooks = self.hooks(refusals=2)
        script = self.directory / "on-attack"
        script.write_text('#!/bin/sh\ncat > "$0.in"\nprintf "%s|%s" "$1" "$2" > "$0.args"\n[ "$(env | wc -l)" -le 4 ] || echo env >> "$0.args"\n')
        script.chmod(0o755)
        log = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(log.close)
        log.bind(("127.0.0.1", 0))
        log.settimeout(20)
        mails = self.serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp))
        mails.daemon_threads, mails.mails = True, []
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, call="[api]", channels=f"""
    - {{name: hook, kind: webhook, url: "{hooks.base}/hook", secret: s3cret}}
    - {{name: slack, kind: slack, url: "{hooks.base}/slack"}}
    - {{name: teams, kind: teams, url: "{hooks.base}/teams"}}
    - {{name: telegram, kind: telegram, url: "{hooks.base}/telegram", secret: BOT, chat: "42"}}
    - {{name: pager, kind: pagerduty, url: "{hooks.base}/pager", secret: KEY}}
    - {{name: api, kind: http, method: PUT, url: "{hooks.base}/v1/{{{{prefix}}}}", headers: ["X-Key: k"], body: '{{"do": "{{{{event}}}}", "ip": "{{{{address}}}}"}}'}}
    - {{name: script, kind: script, program: {script}, arguments: ["{{{{event}}}}", "{{{{target}}}}; rm -rf"], events: [announced]}}
    - {{name: syslog, kind: syslog, syslog: "127.0.0.1:{log.getsockname()[1]}", events: [announced]}}
    - {{name: mail, kind: mail, url: "smtp://127.0.0.1:{mails.server_address[1]}", from: weir@example.net, to: [noc@example.net], events: [announced]}}
    - {{name: dead, kind: webhook, url: "http://127.0.0.1:1/"}}
""")
        made = self.announce(weir, "198.51.100.7", "scrub")
        self.command(weir, "withdraw", made["id"])

        def of(path):
            return [(headers, body) for where, headers, body in hooks.seen if where == path]

        wait_until(lambda: len(of("/hook")) == 5, "three notices, the first tried three times")
        events = [json.loads(body)["event"] for _, body in of("/hook")]
        self.assertEqual(events, ["proposed"] * 3 + ["announced", "withdrawn"])
        deliveries = [headers["X-Weir-Delivery"] for headers, _ in of("/hook")]
        self.assertEqual(len(set(deliveries[:3])), 1, "the same notice has the same number")
        self.assertEqual(len(set(deliveries)), 3)
        for headers, body in of("/hook"):
            stamp = headers["X-Weir-Timestamp"]
            self.assertLess(abs(int(stamp) - time.time()), 60)
            wanted = hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            self.assertEqual(headers["X-Weir-Signature"], "sha256=" + wanted)
        for path, shape in (("/slack", lambda b: b["text"]), ("/teams", lambda b: b["attachments"][0]["content"]["body"][0]["text"]),
                            ("/telegram/botBOT/sendMessage", lambda b: b["text"]), ("/pager", lambda b: b["payload"]["summary"])):
            wait_until(lambda: len(of(path)) == 5, path)
            self.assertIn("proposed", shape(json.loads(of(path)[0][1])))
        self.assertEqual([json.loads(body)["event_action"] for _, body in of("/pager")][2:], ["trigger", "trigger", "resolve"])
        api = "/v1/198.51.100.0%2F24"
        wait_until(lambda: len(of(api)) == 4, "the scrubber's API, the first call tried three times")
        self.assertEqual([json.loads(body)["do"] for _, body in of(api)], ["announced"] * 3 + ["withdrawn"])
        self.assertEqual(of(api)[0][0]["X-Key"], "k")
        self.assertEqual(json.loads(of(api)[0][1])["ip"], "198.51.100.7")
        wait_until(lambda: pathlib.Path(f"{script}.args").exists() and pathlib.Path(f"{script}.args").read_text(), "the script")
        self.assertEqual(pathlib.Path(f"{script}.args").read_text(), "announced|198.51.100.7/32; rm -rf")
        self.assertEqual(json.loads(pathlib.Path(f"{script}.in").read_text())["mitigation"]["id"], made["id"])
        message = log.recv(65536).decode()
        self.assertRegex(message, r"^<37>1 \S+ \S+ weir \d+ announced - \ufeffMitigation 1 announced")
        wait_until(lambda: mails.mails, "the mail")
        lines, data = mails.mails[0]
        self.assertIn("RCPT TO:<noc@example.net>", [line.split(" SIZE")[0] for line in lines])
        self.assertIn(b"Subject: Mitigation 1 announced", data)
        wait_until(lambda: any("'dead'" in problem for problem in self.command(weir, "list")["summary"]["problems"]),
                   "the summary to tell of the channel that fails")
        # What was not delivered is tried again after a kill.
        weir.kill()
        weir = self.weir("--config", self.config)
        self.assertIn("dead", (self.data / "state/mitigation.json").read_text())

    def test_a_script_that_hangs_is_killed(self):
        script = self.directory / "hang"
        script.write_text('#!/bin/sh\necho $$ > "$0.pid"\nsleep 600 & wait\n')
        script.chmod(0o755)
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, channels=f"""
    - {{name: script, kind: script, program: {script}, timeout: 500ms, give_up: 1s}}
""")
        self.propose(weir, "198.51.100.7")
        entry = wait_until(lambda: next((e for e in self.command(weir, "log")["entries"] if e["what"] == "not delivered"), None),
                           "the script to be given up")
        self.assertIn("did not end within 500 ms", entry["why"])
        pid = pathlib.Path(f"{script}.pid").read_text().strip()
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), "the script to be gone")


class Cost(MitigationTestCase):
    def test_blast_radius_is_told_by_customer(self):
        router = self.made(MitigatedGobgp, 0)
        self.actions = ACTIONS
        weir = self.start(router)
        weir.kill()
        self.config.write_text(self.config.read_text() + """
customers:
  - {name: Acme, prefixes: [198.51.100.0/24]}
""")
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        sender, exporter = Sender(weir.port), netflow.Exporter9()
        self.addCleanup(sender.close)
        web = netflow.record(ago_ms=1000, duration_ms=10_000, dst_addr="198.51.100.7", dst_port=443, bytes=30_000_000, packets=30_000)
        ntp = netflow.record(ago_ms=1000, duration_ms=10_000, dst_addr="198.51.100.7", proto=17, src_port=123, bytes=900_000_000,
                             packets=2_000_000)
        sender.send(exporter.template(), exporter.data(web, ntp))
        weir.wait_for_flows(2)
        filtered = self.propose(weir, "198.51.100.7", "filter", "--match", "udp src port 123")
        holed = self.propose(weir, "198.51.100.7")

        def radius(made):
            return wait_until(lambda: self.command(weir, "show", made["id"])["radius"], "the cost", every=0.2)
        whole = radius(holed)
        self.assertEqual(whole["problem"], "")
        self.assertAlmostEqual(whole["now"]["bits_per_second"], 930_000_000 * 8 / 300, delta=1000)
        self.assertEqual([customer["customer"] for customer in whole["customers"]], ["Acme"])
        self.assertEqual(len(whole["days_before"]), 7)
        self.assertFalse(any(day["known"] for day in whole["days_before"]))
        narrow = radius(filtered)
        self.assertEqual(narrow["now"]["bits_per_second"], 0, "the filter's own traffic is the attack's")
        text = run_weir("mitigation", "show", holed["id"], "--server", weir.url).stdout
        self.assertIn("Acme", text)


class Log(MitigationTestCase):
    def test_it_says_who_did_what_and_shows_a_change(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router)
        made = self.announce(weir, "198.51.100.7", "rtbh", "--why", "ticket 12")
        self.command(weir, "withdraw", made["id"], "--why", "calm", who="bob")
        log = self.command(weir, "log", "--id", made["id"])
        told = [(entry["who"], entry["what"]) for entry in reversed(log["entries"])]
        self.assertEqual([t for t in told if t[1] != "route withdrawn"],
                         [("alice", "proposed"), ("bob", "approved"), ("bob", "announced"), ("bob", "withdrawn")])
        self.assertTrue(log["intact"])
        text = run_weir("mitigation", "log", "--server", weir.url).stdout
        self.assertIn("ticket 12", text)
        file = self.data / "audit/audit-000001.jsonl"
        file.write_text(file.read_text().replace('"who":"bob"', '"who":"eve"', 1))
        self.assertFalse(self.command(weir, "log")["intact"])
        self.assertIn("NOT INTACT", run_weir("mitigation", "log", "--server", weir.url).stdout)
