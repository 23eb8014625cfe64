"""A Weir that mitigates, with real routers as its peers, and the people who decide."""
import hashlib
import json
import urllib.error
import urllib.request

from harness import run_weir, wait_until
from mitigated_routers import BLACKHOLE
from routers import WEIR_ADDRESS
from test_bgp_peers import BgpTestCase

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
    def start(self, *routers, guards=(), channels="[]", call="[]", policies="[]", dry_run="false", actions=ACTIONS, more=""):
        """Weir with these routers as peers, waiting until all sessions are up."""
        self.routers = routers
        self.guards, self.channels, self.call, self.policies, self.dry_run = list(guards), channels, call, policies, dry_run
        self.actions, self.more = actions, more
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
{self.more}""")

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
