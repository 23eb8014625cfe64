"""Mitigation against real BGP peers: what they hear, what they never hear, what is left after a kill."""
import http.client
import json
import subprocess
import threading
import time

import harness
import netflow
from harness import Sender, wait_until
from mitigated_routers import BLACKHOLE, MitigatedBird, MitigatedFrr, MitigatedGobgp
from mitigating import ACTIONS, TOKENS, MitigationTestCase
from test_bgp_peers import rib

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


class Acts(MitigationTestCase):
    """From the flows of an attack to the route, by a policy, without anybody's help."""
    DETECT = "detect: {networks: [198.51.100.0/22, \"2001:db8::/32\"], hold: 5s}\n"
    TIMES = ["hold: 1s", "probe: {first: 2s, for: 8s, most: 4s}"]

    def attack(self, weir, kind, victim):
        process = subprocess.Popen([harness.WEIR, "generate", "--to", weir.udp[0], "--attack", kind, "--victim", victim,
                                    "--duration", "120s"], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)
        return process

    def only(self, weir):
        return self.command(weir, "list")["mitigations"][0]

    def test_a_filter_comes_and_goes_with_the_attack(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, guards=self.TIMES, more=self.DETECT,
                          policies='[{rule: "*", mode: act, action: filter, dry_run: false}]')
        four, six = (self.attack(weir, kind, victim) for kind, victim in (("ntp_amplification", "198.51.100.7"),
                                                                          ("dns_amplification", "2001:db8::7")))
        self.hold(router, {}, {NTP: "discard", DNS6: "discard"}, limit=30)
        made = self.command(weir, "list")["mitigations"]
        self.assertEqual({m["state"] for m in made}, {"active"})
        self.assertTrue(all(m["asked_by"].startswith("policy ") and m["attack"] for m in made), made)
        four.kill()
        self.hold(router, {}, {DNS6: "discard"}, limit=40)
        six.kill()
        self.hold(router, {}, {}, limit=40)
        self.assertEqual({m["why"] for m in self.command(weir, "list")["mitigations"]}, {"the attack is over"})

    def test_where_the_drop_hides_the_attack_it_is_probed_for(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, guards=self.TIMES, more=self.DETECT,
                          policies='[{rule: "*", mode: act, action: rtbh, dry_run: false}]')
        stands = {"198.51.100.7/32": BLACKHOLES["198.51.100.7/32"]}
        process = self.attack(weir, "udp_flood", "198.51.100.7")
        self.hold(router, stands, limit=30)
        process.kill()  # the upstream drops it
        wait_until(lambda: self.only(weir)["state"] == "probing", "a probe", 40, every=0.1)
        process = self.attack(weir, "udp_flood", "198.51.100.7")
        self.hold(router, stands, limit=30)
        again = self.only(weir)
        self.assertEqual((again["state"], again["probes"]), ("active", 1))
        process.kill()
        wait_until(lambda: self.only(weir)["state"] == "withdrawn", "the end", 60, every=0.2)
        self.assertIn("not seen in a probe", self.only(weir)["why"])
        self.hold(router, {})
        events = [e["what"] for e in reversed(self.command(weir, "log")["entries"]) if e["what"] != "route withdrawn"]
        self.assertEqual(events, ["proposed", "announced", "probed", "announced again", "probed", "withdrawn"])

    def test_what_would_cost_too_much_is_left_to_a_person(self):
        router = self.made(MitigatedGobgp, 0)
        weir = self.start(router, guards=[*self.TIMES, "most_legitimate: 1"], more=self.DETECT,
                          policies='[{rule: "*", mode: act, action: rtbh, dry_run: false}]')
        sender, exporter = Sender(weir.port), netflow.Exporter9()
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(netflow.record(ago_ms=2000, dst_addr="198.51.100.7", dst_port=443,
                                                                      bytes=30_000_000, packets=30_000)))
        weir.wait_for_flows(1)
        self.attack(weir, "udp_flood", "198.51.100.7")
        made = wait_until(lambda: next((m for m in self.command(weir, "list")["mitigations"] if m["refusals"]), None),
                          "the cost", 40, every=0.2)
        self.assertEqual((made["state"], made["refusals"][0]["guard"]), ("proposed", "legitimate"))
        self.assertIn("legitimate", self.command(weir, "approve", made["id"], ok=False))
        self.assertEqual((router.unicast(), router.filters()), ({}, {}))


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
