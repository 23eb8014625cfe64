"""Real BMP routers and Weir: what gobgpd and FRR tell over BMP equals their tables after each step."""
import json

from harness import wait_until
from routers import WEIR_ADDRESS, Exabgp, Frr, Gobgp, free_port
from test_bgp_peers import ROUTES, BgpTestCase, announce_all, rib, routes_of


class Bmp(BgpTestCase):
    """A router under test, fed by ExaBGP over BGP, tells Weir its Adj-RIB-In or Loc-RIB over BMP."""
    ROUTER, ROUTER_AS = "127.0.1.40", 64510

    def begin(self, kind, policy, extra=()):
        self.need_routers(kind, Exabgp)
        self.bmp_port = free_port(WEIR_ADDRESS)
        weir = self.start_weir(["hold: 15s", "bmp:", f'  listen: ["{WEIR_ADDRESS}:{self.bmp_port}"]',
                                *(f"  {line}" for line in extra)])
        self.monitored = self.router(kind, address=self.ROUTER, asn=self.ROUTER_AS, weir_port=None,
                                     bmp=(self.bmp_port, policy))
        self.monitored.start()
        self.feeder = self.router(Exabgp, weir_as=self.ROUTER_AS)
        self.connect_feeder(kind)
        return weir

    def connect_feeder(self, kind):
        """The feeder calls the monitored router."""
        import routers
        old, routers.WEIR_ADDRESS = routers.WEIR_ADDRESS, self.ROUTER
        try:
            self.feeder.weir_port = self.monitored.port
            if kind is Gobgp:
                self.monitored.gobgp("neighbor", "add", self.ADDRESS, "as", self.ASN, "family", "ipv4-unicast,ipv6-unicast")
            else:
                self.monitored.vtysh("configure terminal", f"router bgp {self.ROUTER_AS}",
                                     f"neighbor {self.ADDRESS} remote-as {self.ASN}",
                                     f"neighbor {self.ADDRESS} passive",
                                     f"neighbor {self.ADDRESS} update-source {self.ROUTER}",
                                     f"neighbor {self.ADDRESS} ebgp-multihop 10",
                                     "address-family ipv4 unicast",
                                     f"neighbor {self.ADDRESS} soft-reconfiguration inbound", "exit-address-family",
                                     "address-family ipv6 unicast", f"neighbor {self.ADDRESS} activate",
                                     f"neighbor {self.ADDRESS} soft-reconfiguration inbound")
            self.feeder.start()
        finally:
            routers.WEIR_ADDRESS = old

    def router_status(self, weir):
        return next(iter(rib(weir)["bmp"]), None)

    def told(self, weir, stale=False):
        """What Weir holds, as the monitored router tells its table: with the feeder's AS in front."""
        out = {}
        for prefix, routes in routes_of(weir).items():
            for route in routes:
                if stale or not route["stale"]:
                    out[prefix] = (route["as_path"], frozenset(route["communities"].split()))
        return out

    def hold(self, weir, what, limit=25):
        expected = {prefix: (f"{self.ASN} {path}".strip(), communities)
                    for prefix, (path, communities) in self.feeder.table().items()}
        try:
            wait_until(lambda: self.monitored.table() == expected, f"the router to have it ({what})", limit, every=0.2)
            wait_until(lambda: self.told(weir) == self.monitored.table(), what, limit, every=0.2)
        except AssertionError:
            self.maxDiff = None
            self.assertEqual(self.monitored.table(), expected, f"{what}: the router itself\n{self.monitored.log()}")
            self.assertEqual(self.told(weir), self.monitored.table(),
                             f"{what}\n{json.dumps(rib(weir)['bmp'])}\n{weir.log()[-3000:]}")
            raise
        self.note(f"{what}: {len(expected)} prefixes, equal")

    def live(self, kind, policy, rib_kind):
        weir = self.begin(kind, policy)
        announce_all(self.feeder)
        self.hold(weir, "announced")
        status = self.router_status(weir)
        self.assertTrue(status["connected"])
        self.assertTrue(status["sys_name"] or status["sys_descr"])
        kinds = {route["view"]["rib"] for routes in routes_of(weir).values() for route in routes}
        self.assertEqual(kinds, {rib_kind})
        self.feeder.withdraw("10.2.0.0/16")
        self.hold(weir, "withdrawn")
        self.feeder.announce("10.2.3.0/24", "64996", ("64501:300",))
        self.hold(weir, "changed")

        self.feeder.kill()
        wait_until(lambda: self.told(weir) == {} == self.monitored.table(), "a peer lost: its routes go with the router's",
                   60, every=0.2)
        self.note("the router's peer was killed: no routes, equal")
        self.connect_feeder_again(kind)
        self.hold(weir, "the peer is back", 60)

        before = self.told(weir)
        self.monitored.kill()
        wait_until(lambda: not self.router_status(weir)["connected"], "the router to be gone")
        self.assertEqual(self.told(weir, stale=True), before, "its routes are used while it is away")
        wait_until(lambda: routes_of(weir) == {}, "its routes to go after the hold time", 40, every=0.2)
        self.monitored.start()
        self.feeder.kill()
        self.connect_feeder(kind)
        self.hold(weir, "the router was killed and started again", 60)
        status = self.router_status(weir)
        self.assertEqual(status["counters"]["malformed"], 0)
        self.assertEqual(status["counters"]["framing_errors"], 0)
        self.assertEqual(status["counters"]["attribute_faults"], 0)
        self.assertEqual(status["counters"]["unknown_peer"], 0)
        self.assertGreaterEqual(status["counters"]["sessions"], 2)
        self.assertEqual(weir.total("weir_bmp_router_malformed_total"), 0)
        self.assertEqual(weir.stop(), 0)

    def connect_feeder_again(self, kind):
        import routers
        old, routers.WEIR_ADDRESS = routers.WEIR_ADDRESS, self.ROUTER
        try:
            self.feeder.start()
        finally:
            routers.WEIR_ADDRESS = old

    def test_gobgpd_pre_policy(self):
        self.live(Gobgp, "pre-policy", "adj-rib-in pre-policy")

    def test_gobgpd_post_policy(self):
        self.live(Gobgp, "post-policy", "adj-rib-in post-policy")

    def test_gobgpd_local_rib(self):
        self.live(Gobgp, "local-rib", "loc-rib")

    def test_frr_pre_policy(self):
        self.live(Frr, "pre-policy", "adj-rib-in pre-policy")

    def test_frr_post_policy(self):
        self.live(Frr, "post-policy", "adj-rib-in post-policy")

    def test_a_router_not_allowed(self):
        self.need_routers(Gobgp)
        port = free_port(WEIR_ADDRESS)
        weir = self.start_weir(["bmp:", f'  listen: ["{WEIR_ADDRESS}:{port}"]', "  allow: [192.0.2.0/24]"])
        self.router(Gobgp, address=self.ROUTER, asn=self.ROUTER_AS, weir_port=None, bmp=(port, "pre-policy")).start()
        wait_until(lambda: rib(weir)["listeners"]["bmp_refused"], "the refusal")
        self.assertIn("not in routes.bmp.allow", rib(weir)["listeners"]["last_refused"])
        self.assertEqual(rib(weir)["bmp"], [])
        self.assertIn("a connection was refused", weir.log())
