"""Mitigation against real BGP peers: what they hear, what they never hear, what is left after a kill, who is told."""
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import socket
import socketserver
import threading
import time
import urllib.error
import urllib.request

import netflow
from harness import Sender, run_weir, wait_until
from mitigated_routers import BLACKHOLE, MitigatedBird, MitigatedFrr, MitigatedGobgp
from routers import WEIR_ADDRESS
from test_bgp_peers import BgpTestCase, rib

FAMILIES = "[ipv4-unicast, ipv6-unicast, ipv4-flowspec, ipv6-flowspec]"
TOKENS = {"alice": "alice-token", "bob": "bob-token"}
ACTIONS = f"""
    - name: rtbh
      kind: blackhole
      dry_run: false
      to:
        - {{peers: [PEERS], communities: "{BLACKHOLE} 64501:666", next_hop_ipv4: 192.0.2.254, next_hop_ipv6: "100::1"}}
    - name: filter
      kind: flowspec
      dry_run: false
      hides: false
      to: [{{peers: [PEERS]}}]
    - name: limit
      kind: flowspec
      dry_run: false
      do: rate
      rate: 8000000
      to: [{{peers: [PEERS]}}]
    - name: scrub
      kind: diversion
      dry_run: false
      call: CALL
      to:
        - {{peers: [PEERS], communities: "64501:100", next_hop_ipv4: 192.0.2.253, next_hop_ipv6: "2001:db8:ffff::1"}}
"""


class MitigationTestCase(BgpTestCase):
    def start(self, *routers, guards=(), channels="[]", call="[]", policies="[]", dry_run="false", actions=ACTIONS):
        """Weir with these routers as peers, waiting until all sessions are up."""
        self.routers = routers
        self.guards, self.channels, self.call, self.policies, self.dry_run = list(guards), channels, call, policies, dry_run
        self.actions = actions
        self.write()
        weir = self.weir("--config", self.config, environment={"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
        self.wait_up(weir)
        return weir

    def write(self):
        self.config = self.directory / "weir.yaml"
        peers = "".join(
            f"\n      - {{name: {name_of(router)}, address: {router.address}, as: {router.asn}, port: {router.port}, "
            f"local_address: {WEIR_ADDRESS}, families: {FAMILIES}, hold_time: 9}}" for router in self.routers)
        names = ", ".join(name_of(router) for router in self.routers)
        own = "" if any("own_prefixes" in line for line in self.guards) else "  own_prefixes: [198.51.100.0/22, 2001:db8::/32]\n"
        people = "".join(f"\n    - {{name: {name}, token_sha256: {hashlib.sha256(token.encode()).hexdigest()}}}"
                         for name, token in TOKENS.items())
        self.config.write_text(f"""
routes:
  bgp:
    as: 64500
    router_id: 10.0.0.1
    connect_retry: 1s
    peers: {peers}
mitigation:
  dry_run: {self.dry_run}
{own}{"".join(f"  {line}{chr(10)}" for line in self.guards)}  people: {people}
  actions: {self.actions.replace("PEERS", names).replace("CALL", self.call)}
  channels: {self.channels}
  policies: {self.policies}
""")

    def wait_up(self, weir):
        for router in self.routers:
            self.wait_state(weir, "Established", name_of(router))

    def made(self, kind, number, **options):
        self.need_routers(kind)
        return self.router(kind, address=f"127.0.1.{20 + number}", asn=64501 + number, **options).start()

    # What people do.

    def command(self, weir, verb, *words, who="alice", ok=True):
        done = run_weir("mitigation", verb, "--server", weir.url, "--json", *words, environment={"WEIR_TOKEN": TOKENS[who]})
        if ok:
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout + weir.log()[-2000:])
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.stderr

    def propose(self, weir, target, action="rtbh", *words, ok=True):
        return self.command(weir, "propose", "--target", target, "--action", action, "--live", *words, ok=ok)

    def announce(self, weir, target, action="rtbh", *words):
        proposed = self.propose(weir, target, action, *words)
        self.assertEqual(proposed["state"], "proposed")
        return self.command(weir, "approve", proposed["id"], who="bob")

    def api(self, weir, path, body=None, token=None, content_type="application/json"):
        headers = {"Content-Type": content_type} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        request = urllib.request.Request(weir.url + path, data=None if body is None else body.encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    # What routers hold.

    def hold(self, router, unicast=None, filters=None, limit=20):
        try:
            if unicast is not None:
                wait_until(lambda: router.unicast() == unicast, "routes", limit, every=0.2)
            if filters is not None:
                wait_until(lambda: router.filters() == filters, "filters", limit, every=0.2)
        except AssertionError:
            self.maxDiff = None
            self.assertEqual((router.unicast() if unicast is not None else None, router.filters() if filters is not None else None),
                             (unicast, filters), router.log())
            raise

    def assert_hears_nothing(self, weir, routers):
        """A route that is allowed is announced last: when it is there, whatever went before would be there too."""
        proof = self.announce(weir, "198.51.103.77")
        for router in routers:
            wait_until(lambda: "198.51.103.77/32" in router.unicast(), "the last route", every=0.2)
            self.assertEqual(set(router.unicast()), {"198.51.103.77/32"})
            self.assertEqual(router.filters(), {})
        self.command(weir, "withdraw", proof["id"])
        for router in routers:
            self.hold(router, unicast={})


def name_of(router):
    return type(router).__name__.lower()


NTP = frozenset({"dst 198.51.100.7/32", "proto 17", "sport 123"})
DNS6 = frozenset({"dst 2001:db8::7/128", "proto 17", "sport 53"})
BLACKHOLES = {"198.51.100.7/32": ("192.0.2.254", frozenset({BLACKHOLE, "64501:666"})),
              "2001:db8::7/128": ("100::1", frozenset({BLACKHOLE, "64501:666"}))}
DIVERSIONS = {"198.51.101.0/24": ("192.0.2.253", frozenset({"64501:100"})),
              "2001:db8:1::/48": ("2001:db8:ffff::1", frozenset({"64501:100"}))}


class Routers(MitigationTestCase):
    """Each kind of route, IPv4 and IPv6: the router shows it as it was meant, and then shows it no more."""

    def live(self, kind):
        router = self.made(kind, 0)
        weir = self.start(router)
        ids = [self.announce(weir, target)["id"] for target in ("198.51.100.7", "2001:db8::7")]
        self.hold(router, BLACKHOLES, {})
        self.note("blackholes: next hop and communities as configured")
        for number in ids:
            self.command(weir, "withdraw", number)
        self.hold(router, {}, {})
        ids = [self.announce(weir, "198.51.101.9", "scrub")["id"], self.announce(weir, "2001:db8:1::9", "scrub")["id"]]
        self.hold(router, DIVERSIONS, {})
        self.note("diversions: the covering /24 and /48")
        ids += [self.announce(weir, "198.51.100.7", "filter", "--match", "udp src port 123")["id"],
                self.announce(weir, "2001:db8::7", "filter", "--match", "udp src port 53")["id"]]
        self.hold(router, DIVERSIONS, {NTP: "discard", DNS6: "discard"})
        self.note("FlowSpec: IPv4 and IPv6, discard")
        for number in ids:
            self.command(weir, "withdraw", number)
        self.hold(router, {}, {})
        limit = self.announce(weir, "198.51.100.7", "limit", "--match", "udp src port 123")
        wait_until(lambda: "rate" in str(router.filters().get(NTP)), "the limit", every=0.2)
        self.note(f"FlowSpec: {router.filters()[NTP]}")
        self.assertEqual(self.command(weir, "withdraw", limit["id"])["state"], "withdrawn")
        self.hold(router, {}, {})
        return weir, router

    def test_gobgp(self):
        weir, router = self.live(MitigatedGobgp)
        # A session that comes back is told what stands, and nothing else.
        stands = self.announce(weir, "198.51.100.7")
        self.hold(router, {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]})
        router.kill()
        self.command(weir, "withdraw", stands["id"])
        self.announce(weir, "2001:db8::7")
        router.start()
        self.wait_up(weir)
        self.hold(router, {"2001:db8::7/128": BLACKHOLES["2001:db8::7/128"]}, {})

    def test_bird(self):
        self.live(MitigatedBird)

    def test_frr(self):
        self.live(MitigatedFrr)

    def test_all_at_once(self):
        routers = [self.made(kind, number) for number, kind in enumerate((MitigatedGobgp, MitigatedBird, MitigatedFrr))]
        weir = self.start(*routers)
        one = self.announce(weir, "198.51.100.7")
        for router in routers:
            self.hold(router, {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]})
        weir.stop()
        for router in routers:
            self.hold(router, {}, {})
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        for router in routers:
            self.hold(router, {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]})
        self.command(weir, "withdraw", one["id"])
        for router in routers:
            self.hold(router, {}, {})


class Killed(MitigationTestCase):
    """kill -9 while routes stand: the peers lose them, and get back what should stand and nothing else."""

    def live(self, kind, restart):
        router = self.made(kind, 0, restart=restart)
        weir = self.start(router)
        stands = self.announce(weir, "198.51.100.7")
        self.announce(weir, "198.51.100.8", "rtbh", "--ttl", "12s")
        short_ends = time.monotonic() + 12
        self.announce(weir, "2001:db8::7", "filter", "--match", "udp src port 53")
        self.propose(weir, "198.51.100.9")
        both = {address: BLACKHOLES["198.51.100.7/32"] for address in ("198.51.100.7/32", "198.51.100.8/32")}
        self.hold(router, both, {DNS6: "discard"})
        weir.kill()
        self.hold(router, {}, {})
        self.note("after the kill the peer holds nothing")
        wait_until(lambda: time.monotonic() > short_ends, "the time to live", every=0.2)
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        self.hold(router, {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]}, {DNS6: "discard"})
        states = {m["target"]: m["state"] for m in self.command(weir, "list")["mitigations"]}
        self.assertEqual(states, {"198.51.100.7/32": "active", "198.51.100.8/32": "expired", "198.51.100.9/32": "proposed",
                                  "2001:db8::7/128": "active"})
        self.note("after the start it holds what has time left; not what expired, nor what nobody approved")
        weir.kill()
        # What the configuration no longer allows does not come back.
        self.guards = ["own_prefixes: [2001:db8::/32]"]
        self.write()
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        self.hold(router, {}, {DNS6: "discard"})
        self.assertIn("own_prefixes", self.command(weir, "show", stands["id"])["why"])
        weir.kill()
        self.dry_run = "true"
        self.write()
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        self.hold(router, {}, {})
        log = self.command(weir, "log", "--top", "1000")
        self.assertTrue(log["intact"], log["problem"])
        numbers = [entry["number"] for entry in log["entries"]]
        self.assertEqual(numbers, list(range(len(numbers), 0, -1)))

    def test_without_graceful_restart(self):
        self.live(MitigatedGobgp, False)

    def test_with_graceful_restart(self):
        self.live(MitigatedGobgp, True)

    def test_bird_with_graceful_restart(self):
        self.live(MitigatedBird, True)

    def test_frr_with_graceful_restart(self):
        self.live(MitigatedFrr, True)

    def test_many_times(self):
        """Killed at any moment of announcing and withdrawing: after the next start the peer has what the list says."""
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, guards=["most_active: 100", "most_per_hour: 1000"])
        for turn in range(5):
            stop = threading.Event()

            def busy(weir=weir, turn=turn):
                for number in range(200):
                    if stop.is_set():
                        return
                    try:
                        _, made = self.api(weir, "/api/v1/mitigations", json.dumps(
                            {"target": f"198.51.{100 + turn % 4}.{number}", "action": "rtbh", "dry_run": False}), TOKENS["alice"])
                        self.api(weir, f"/api/v1/mitigations/{made['id']}/approve", "{}", TOKENS["bob"])
                        if number % 2:
                            self.api(weir, f"/api/v1/mitigations/{made['id']}/withdraw", "{}", TOKENS["bob"])
                    except (OSError, KeyError, ValueError, http.client.HTTPException):
                        return
            worker = threading.Thread(target=busy)
            worker.start()
            time.sleep(0.3 + 0.13 * turn)  # the moment of the kill is what differs
            weir.kill()
            stop.set()
            worker.join()
            weir = self.weir("--config", self.config)
            self.wait_up(weir)
            active = {m["target"] for m in self.command(weir, "list", "--top", "1000")["mitigations"] if m["state"] == "active"}
            wait_until(lambda: set(router.unicast()) == active, "the list and the peer to agree", every=0.2)
            self.note(f"killed: {len(active)} active, as many at the peer")
            for mitigation in self.command(weir, "list")["mitigations"]:
                if mitigation["state"] in ("active", "proposed"):
                    self.api(weir, f"/api/v1/mitigations/{mitigation['id']}/withdraw", "{}", TOKENS["bob"])
        self.assertTrue(self.command(weir, "log", "--top", "10000")["intact"])
        self.hold(router, {}, {})


class Guards(MitigationTestCase):
    """Each forbidden announcement is tried with a real peer listening. It hears nothing."""

    def expect_refused(self, weir, guard, target, action="rtbh", *words):
        made = self.propose(weir, target, action, *words, ok=False)
        self.assertIn(guard, [refusal["guard"] for refusal in made["refusals"]], made)
        self.assertEqual(made["state"], "refused")
        status, answer = self.api(weir, f"/api/v1/mitigations/{made['id']}/approve", "{}", TOKENS["bob"])
        self.assertEqual(status, 409)
        self.assertIn(guard, answer["detail"])

    def test_what_is_not_allowed_does_not_leave(self):
        vrps = self.directory / "vrps.json"
        vrps.write_text(json.dumps({"roas": [{"prefix": "198.51.100.0/24", "maxLength": 24, "asn": "AS64999"},
                                             {"prefix": "198.51.101.0/24", "maxLength": 24, "asn": "AS64500"}]}))
        router = self.made(MitigatedGobgp, 0)
        self.start_args = ["protected: [198.51.102.53/32]", "most_active: 2", "rules_per_peer: 1", "most_ttl: 2h"]
        weir = self.start(router, guards=self.start_args)
        weir.kill()
        self.config.write_text(self.config.read_text() + f"rpki: {{file: {vrps}}}\n")
        weir = self.weir("--config", self.config)
        self.wait_up(weir)
        self.expect_refused(weir, "own_prefixes", "203.0.113.7")
        self.expect_refused(weir, "own_prefixes", "203.0.113.7", "filter", "--match", "udp")
        self.expect_refused(weir, "own_prefixes", "203.0.113.7", "scrub")
        self.expect_refused(weir, "shortest", "198.51.102.0/25")
        self.expect_refused(weir, "shortest", "2001:db8::/64")
        self.expect_refused(weir, "shortest", "198.51.102.0/23", "filter", "--match", "udp")
        self.expect_refused(weir, "protected", "198.51.102.53")
        self.expect_refused(weir, "protected", "198.51.102.7", "scrub")
        self.expect_refused(weir, "rpki", "198.51.100.7")
        self.expect_refused(weir, "rpki", "198.51.100.7", "scrub")
        self.expect_refused(weir, "time_to_live", "198.51.103.7", "rtbh", "--ttl", "3h")
        # What a person asks for without --live is rehearsed.
        dry = self.command(weir, "propose", "--target", "198.51.103.7", "--action", "rtbh")
        self.assertEqual(self.command(weir, "approve", dry["id"])["state"], "rehearsed")
        self.command(weir, "withdraw", dry["id"])
        self.assert_hears_nothing(weir, [router])
        one = self.announce(weir, "198.51.101.7", "filter", "--match", "udp src port 123")
        self.expect_refused(weir, "rule_budget", "198.51.103.7", "filter", "--match", "udp src port 123")
        two = self.announce(weir, "198.51.101.8")
        self.expect_refused(weir, "most_active", "198.51.103.7")
        self.assertEqual(set(router.unicast()), {"198.51.101.8/32"})
        for mitigation in (one, two):
            self.command(weir, "withdraw", mitigation["id"])
        self.assert_hears_nothing(weir, [router])
        self.assertEqual(next(p for p in rib(weir)["bgp"])["announced_to_it"], 0)

    def test_dry_run_is_the_default(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, dry_run="true")
        made = self.propose(weir, "198.51.100.7")
        self.assertTrue(made["dry_run"], "--live does not go against the configuration")
        self.assertEqual(self.command(weir, "approve", made["id"])["state"], "rehearsed")
        # The rest of the configuration is not dry any more: what was rehearsed stays rehearsed.
        self.dry_run = "false"
        self.write()
        weir.process.send_signal(1)
        wait_until(lambda: "was reloaded" in weir.log(), "the reload")
        self.assert_hears_nothing(weir, [router])

    def test_two_persons(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, guards=["two_persons: true"])
        made = self.propose(weir, "198.51.100.7")
        self.assertEqual(self.command(weir, "approve", made["id"], who="alice")["state"], "proposed")
        self.assertIn("two_persons", self.command(weir, "approve", made["id"], who="alice", ok=False))
        self.assertEqual(router.unicast(), {})
        self.command(weir, "approve", made["id"], who="bob")
        self.hold(router, {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]})

    def test_rate_and_conflict(self):
        router = self.made(MitigatedGobgp, 0)
        other = ACTIONS + "    - {name: other, kind: blackhole, dry_run: false, to: [{peers: [PEERS]}]}\n"
        weir = self.start(router, guards=["most_per_hour: 2"], actions=other)
        self.announce(weir, "198.51.100.7")
        self.expect_refused(weir, "conflict", "198.51.100.7", "other")
        self.announce(weir, "198.51.100.8")
        self.expect_refused(weir, "rate", "198.51.100.9")
        self.assertEqual(set(router.unicast()), {"198.51.100.7/32", "198.51.100.8/32"})

    def test_only_people_decide(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router)
        wish = json.dumps({"target": "198.51.100.7", "action": "rtbh", "dry_run": False})
        for token in (None, "", "wrong"):
            self.assertEqual(self.api(weir, "/api/v1/mitigations", wish, token)[0], 401)
        self.assertEqual(self.api(weir, "/api/v1/mitigations", wish, TOKENS["alice"], "text/plain")[0], 400)
        status, made = self.api(weir, "/api/v1/mitigations", wish, TOKENS["alice"])
        self.assertEqual(status, 201)
        self.assertEqual(made["asked_by"], "alice")
        self.assertEqual(self.api(weir, f"/api/v1/mitigations/{made['id']}/approve", "{}")[0], 401)
        self.assertEqual(router.unicast(), {})

    def test_bad_requests(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router)
        for body, says in ((b"{", "JSON"), (b"[]", "object"), (b"{}", "action is missing"),
                           (b'{"action": "rtbh"}', "target is missing"), (b'{"action": 7}', "action"),
                           (b'{"action": "rtbh", "target": "198.51.100.300"}', "198.51.100.300"),
                           (b'{"action": "rtbh", "target": "198.51.100.1/24"}', "198.51.100.0/24"),
                           (b'{"action": "rtbh", "target": "198.51.100.7", "ttl": "soon"}', "soon"),
                           (b'{"action": "rtbh", "target": "198.51.100.7", "dry": true}', "unknown member 'dry'"),
                           (b'{"action": "rtbx", "target": "198.51.100.7"}', "rtbx"),
                           (b'{"action": "filter", "target": "198.51.100.7"}', "in common"),
                           (b'{"action": "filter", "target": "198.51.100.7", "match": "upd"}', "'upd'"),
                           (b'{"action": "rtbh", "attack": 7}', "no attack 7")):
            status, answer = self.api(weir, "/api/v1/mitigations", body.decode(), TOKENS["alice"])
            self.assertIn(status, (400, 404), body)
            self.assertIn(says, answer["detail"])
        for path in ("/api/v1/mitigations/x", "/api/v1/mitigations/999", "/api/v1/mitigations/1/delete"):
            self.assertEqual(self.api(weir, path)[0], 404, path)
        self.assertEqual(self.api(weir, "/api/v1/mitigations/999/approve", "{}", TOKENS["bob"])[0], 404)
        self.assertEqual(router.unicast(), {})


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
        web = netflow.record(ago_ms=1000, duration_ms=10_000, dst_addr="198.51.100.7", dst_port=443, bytes=30_000_000)
        ntp = netflow.record(ago_ms=1000, duration_ms=10_000, dst_addr="198.51.100.7", proto=17, src_port=123, bytes=900_000_000)
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
