"""Real BGP speakers and Weir: sessions come up both ways, routes are announced and withdrawn, the speakers flap and restart;
after each step Weir's table equals theirs."""
import json
import signal

from harness import TestCase, wait_until
from routers import WEIR_ADDRESS, Bird, Exabgp, Frr, Gobgp, free_port, missing

ROUTES = {
    "10.1.0.0/16": ("", ()),
    "10.2.0.0/16": ("64999", ("64501:100", "64501:101")),
    "10.2.3.0/24": ("64999 64998 64998 4200000001", ("64501:200",)),
    "2001:db8:1::/48": ("64997", ()),
}


def announce_all(router):
    for prefix, (path, communities) in ROUTES.items():
        router.announce(prefix, path, communities)


def routes_of(weir, **parameters):
    """Weir's routes: prefix -> list of routes."""
    query = "&".join(f"{name}={value}" for name, value in {"top": 10000, **parameters}.items())
    answer = json.loads(weir.get("/api/v1/rib/routes?" + query))
    assert not answer["left_out"]
    return {entry["prefix"]: entry["routes"] for entry in answer["prefixes"]}


def table_of(weir, asn, source="peer", stale=False):
    """As the routers tell theirs: without the AS that the speaker put in front."""
    out = {}
    for prefix, routes in routes_of(weir, source=source).items():
        for route in routes:
            if route["stale"] and not stale:
                continue
            path = route["as_path"].split()
            assert path[:1] == [str(asn)], f"{prefix}: path {path} of AS {asn}"
            out[prefix] = (" ".join(path[1:]), frozenset(route["communities"].split()))
    return out


def rib(weir):
    return json.loads(weir.get("/api/v1/rib"))


def kernel_count(name):
    """A counter of the kernel's TCP (/proc/net/netstat)."""
    with open("/proc/net/netstat") as file:
        names, values = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(dict(zip(names, values))[name])


class BgpTestCase(TestCase):
    ADDRESS, ASN = "127.0.1.20", 64501

    def need_routers(self, *kinds):
        absent = missing(*kinds)
        if absent:
            self.skipTest(f"{absent} is not installed (script/setup test)")

    def router(self, kind, **options):
        made = kind(self.directory, options.pop("address", self.ADDRESS), options.pop("asn", self.ASN), **options)
        self.addCleanup(made.kill)
        self.addCleanup(made.log_file.close)
        return made

    def start_weir(self, routes, config_name="weir.yaml"):
        """`routes`: the lines below 'routes:'."""
        self.config = self.directory / config_name
        self.write_config(routes)
        return self.weir("--config", self.config)

    def write_config(self, routes):
        self.config.write_text("routes:\n" + "".join(f"  {line}\n" for line in routes))

    def bgp_config(self, *peers, listen=True, extra=()):
        if listen and not hasattr(self, "weir_port"):
            self.weir_port = free_port(WEIR_ADDRESS)
        lines = ["hold: 20s", *extra, "bgp:", "  as: 64500", "  router_id: 10.0.0.1", "  connect_retry: 1s"]
        if listen:
            lines.append(f'  listen: ["{WEIR_ADDRESS}:{self.weir_port}"]')
        lines.append("  peers:")
        for peer in peers:
            first = "- "
            for key, value in peer.items():
                lines.append(f"    {first}{key}: {value}")
                first = "  "
        return lines

    def peer(self, weir, name="peer"):
        return next((peer for peer in rib(weir)["bgp"] if peer["name"] == name), None)

    def wait_state(self, weir, state, name="peer", limit=30):
        def reached():
            peer = self.peer(weir, name)
            return peer if peer and peer["state"] == state else None
        try:
            return wait_until(reached, f"{name} to be {state}", limit)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.peer(weir, name)}\n{weir.log()[-3000:]}") from error

    def hold_equal(self, weir, router, what, name="peer", limit=20):
        """Waits until both tables are the same, and says how they differ where they never are."""
        try:
            wait_until(lambda: table_of(weir, router.asn, name) == router.table(), what, limit, every=0.2)
        except AssertionError:
            self.maxDiff = None
            self.assertEqual(table_of(weir, router.asn, name), router.table(),
                             f"{what}\n{weir.log()[-2000:]}\n{router.log()}")
            raise
        self.note(f"{what}: {len(router.table())} prefixes, equal")


class Peers(BgpTestCase):
    """The same life with each of the four speakers."""

    def live(self, kind, passive):
        """`passive`: the speaker calls Weir; else Weir calls it."""
        self.need_routers(kind)
        peer = {"name": "peer", "address": self.ADDRESS, "as": self.ASN, "passive": str(passive).lower(),
                "local_address": WEIR_ADDRESS}
        if passive:
            self.weir_port = free_port(WEIR_ADDRESS)
            router = self.router(kind, weir_port=self.weir_port)
        else:
            router = self.router(kind)
            peer["port"] = router.port
        weir = self.start_weir(self.bgp_config(peer, listen=passive))
        router.start()
        up = self.wait_state(weir, "Established")
        self.assertEqual(up["agreed"]["families"], ["ipv4-unicast", "ipv6-unicast"])
        self.assertTrue(up["agreed"]["four_octet_as"])
        announce_all(router)
        wait_until(lambda: len(router.table()) == len(ROUTES), "the router to have its routes")
        self.hold_equal(weir, router, "announced")
        router.withdraw("10.2.0.0/16")
        wait_until(lambda: "10.2.0.0/16" not in router.table(), "the router to withdraw")
        self.hold_equal(weir, router, "withdrawn")
        router.announce("10.2.3.0/24", "64996", ("64501:300",))
        self.hold_equal(weir, router, "changed")

        before = table_of(weir, self.ASN)
        router.kill()
        self.wait_state_not_up(weir)
        self.assertEqual(table_of(weir, self.ASN, stale=True), before, "its routes are used while it is away")
        router.start()
        self.wait_state(weir, "Established")
        announce_all(router)
        self.hold_equal(weir, router, "killed and started again")

        router.stop()
        self.wait_state_not_up(weir)
        wait_until(lambda: routes_of(weir, source="peer") == {}, "its routes to go after the hold time", 40)
        router.start()
        up = self.wait_state(weir, "Established")
        announce_all(router)
        self.hold_equal(weir, router, "stopped and started again")
        self.assertEqual(up["counters"]["established"], 3)
        self.assertEqual(up["counters"]["attribute_faults"], 0)
        self.assertEqual(weir.metrics()["weir_bgp_peer_up"], {f'peer="peer",address="{self.ADDRESS}"': 1.0})
        self.assertEqual(up["announced_to_it"], 0)
        self.assertEqual(weir.stop(), 0)

    def wait_state_not_up(self, weir):
        wait_until(lambda: self.peer(weir)["state"] != "Established", "the session to be down")

    def test_gobgpd_calls(self):
        self.live(Gobgp, passive=True)

    def test_gobgpd_is_called(self):
        self.live(Gobgp, passive=False)

    def test_bird_calls(self):
        self.live(Bird, passive=True)

    def test_bird_is_called(self):
        self.live(Bird, passive=False)

    def test_frr_calls(self):
        self.live(Frr, passive=True)

    def test_frr_is_called(self):
        self.live(Frr, passive=False)

    def test_exabgp_calls(self):
        self.live(Exabgp, passive=True)

    def test_exabgp_is_called(self):
        self.live(Exabgp, passive=False)


class Features(BgpTestCase):
    def passive_peer(self, kind, router_options=None, **settings):
        self.need_routers(kind)
        self.weir_port = free_port(WEIR_ADDRESS)
        router = self.router(kind, weir_port=self.weir_port, **(router_options or {}))
        peer = {"name": "peer", "address": self.ADDRESS, "as": self.ASN, "passive": "true", **settings}
        return self.start_weir(self.bgp_config(peer)), router

    def password(self, kind):
        weir, router = self.passive_peer(kind, {"password": "wrong"}, password="correct-horse")
        before = kernel_count("TCPMD5Failure")
        router.start()
        wait_until(lambda: kernel_count("TCPMD5Failure") > before, "the kernel to drop a wrong signature", 30)
        self.assertNotEqual(self.peer(weir)["state"], "Established")
        router.kill()
        router.password = "correct-horse"
        router.start()
        self.wait_state(weir, "Established")
        announce_all(router)
        self.hold_equal(weir, router, "signed with TCP MD5")

    def test_tcp_md5_with_bird(self):
        self.password(Bird)

    def test_tcp_md5_with_gobgpd(self):
        self.password(Gobgp)

    def test_tcp_md5_when_weir_calls(self):
        self.need_routers(Bird)
        router = self.router(Bird, password="correct-horse")
        weir = self.start_weir(self.bgp_config(
            {"name": "peer", "address": self.ADDRESS, "as": self.ASN, "port": router.port,
             "local_address": WEIR_ADDRESS, "password": "correct-horse"}, listen=False))
        router.start()
        self.wait_state(weir, "Established")

    def gtsm(self, kind):
        weir, router = self.passive_peer(kind, {"gtsm": True}, ttl_security="true")
        router.start()
        self.wait_state(weir, "Established")
        announce_all(router)
        self.hold_equal(weir, router, "with TTL 255")

    def test_gtsm_with_bird(self):
        self.gtsm(Bird)

    def test_gtsm_with_frr(self):
        self.gtsm(Frr)

    def test_gtsm_takes_nothing_from_afar(self):
        weir, router = self.passive_peer(Bird, ttl_security="true")  # bird sends with the usual TTL
        before = kernel_count("TCPMinTTLDrop")
        router.start()
        announce_all(router)
        wait_until(lambda: kernel_count("TCPMinTTLDrop") > before, "the kernel to drop what bird sends", 30)
        self.assertNotEqual(self.peer(weir)["state"], "Established")
        self.assertEqual(routes_of(weir), {})

    def test_graceful_restart_with_bird(self):
        weir, router = self.passive_peer(Bird, {"restart": True})
        router.start()
        up = self.wait_state(weir, "Established")
        self.assertEqual(up["agreed"]["restart_time_s"], 60)
        announce_all(router)
        self.hold_equal(weir, router, "before the restart")
        before = table_of(weir, self.ASN)
        router.kill()
        wait_until(lambda: self.peer(weir)["restarting"], "Weir to wait for the restart")
        self.assertEqual(table_of(weir, self.ASN, stale=True), before)
        del router.routes["10.1.0.0/16"]
        router.start()
        self.wait_state(weir, "Established")
        self.hold_equal(weir, router, "after the restart, with a route less: End-of-RIB ended it")
        self.assertFalse(self.peer(weir)["restarting"])

    def test_two_peers_and_a_reload_that_disturbs_one(self):
        self.need_routers(Gobgp, Bird)
        self.weir_port = free_port(WEIR_ADDRESS)
        first = self.router(Gobgp, weir_port=self.weir_port)
        second = self.router(Bird, weir_port=self.weir_port, address="127.0.1.21", asn=64502)
        one = {"name": "peer", "address": first.address, "as": first.asn, "passive": "true"}
        two = {"name": "other", "address": second.address, "as": second.asn, "passive": "true"}
        weir = self.start_weir(self.bgp_config(one, two))
        first.start()
        second.start()
        self.wait_state(weir, "Established")
        self.wait_state(weir, "Established", "other")
        first.announce("10.1.0.0/16")
        second.announce("10.1.0.0/16")
        self.hold_equal(weir, first, "first")
        self.hold_equal(weir, second, "second", "other")
        self.write_config(self.bgp_config(dict(one, preference=300)))
        weir.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.peer(weir, "other") is None, "the other peer to be gone")
        wait_until(lambda: routes_of(weir, source="other") == {}, "its routes to be gone")
        peer = self.peer(weir)
        self.assertEqual((peer["state"], peer["counters"]["established"]), ("Established", 1))
        best = routes_of(weir)["10.1.0.0/16"][0]
        self.assertEqual((best["source"], best["preference"]), ("peer", 300))

    def test_neighbours_by_prefix(self):
        self.need_routers(Gobgp)
        self.weir_port = free_port(WEIR_ADDRESS)
        routers = [self.router(Gobgp, weir_port=self.weir_port, address=f"127.0.1.{host}", asn=64500 + host)
                   for host in (31, 32)]
        weir = self.start_weir(self.bgp_config({"name": "leafs", "address": "127.0.1.0/24"}))
        for router in routers:
            router.start()
            router.announce(f"10.{router.asn - 64500}.0.0/16")
        wait_until(lambda: {prefix: [r["as_path"] for r in routes] for prefix, routes in routes_of(weir).items()}
                   == {"10.31.0.0/16": ["64531"], "10.32.0.0/16": ["64532"]}, "both tables")
        self.assertEqual([peer["dynamic"] for peer in rib(weir)["bgp"]], [True, True])

    def add_path(self, kind):
        """Two paths for a prefix, told apart by their identifiers."""
        weir, router = self.passive_peer(kind, {"add_path": True})
        router.start()
        up = self.wait_state(weir, "Established")
        self.assertIn("ipv4-unicast", up["agreed"]["add_path_receive"])
        return weir, router

    def paths(self, weir, prefix):
        return sorted(route["as_path"] for route in routes_of(weir).get(prefix, []))

    def test_add_path_with_exabgp(self):
        weir, router = self.add_path(Exabgp)
        router.announce("10.9.0.0/16", "64901", path_id=1)
        router.announce("10.9.0.0/16", "64902", path_id=2)
        wait_until(lambda: self.paths(weir, "10.9.0.0/16") == ["64501 64901", "64501 64902"], "both paths")

    def test_add_path_with_gobgpd(self):
        weir, router = self.add_path(Gobgp)
        router.announce("10.9.0.0/16", "64901", path_id=1)
        router.announce("10.9.0.0/16", "64902", path_id=2)
        wait_until(lambda: self.paths(weir, "10.9.0.0/16") == ["64501 64901", "64501 64902"], "both paths")

    def test_add_path_with_bird(self):
        weir, router = self.add_path(Bird)
        announce_all(router)
        self.hold_equal(weir, router, "with path identifiers")
        self.assertTrue(all(route["path_id"] for route in routes_of(weir)["10.1.0.0/16"]))

    def test_most_prefixes_ends_the_session(self):
        weir, router = self.passive_peer(Gobgp, most_prefixes=2, when_over="cease")
        router.start()
        self.wait_state(weir, "Established")
        announce_all(router)
        peer = wait_until(lambda: (p := self.peer(weir))["state"] != "Established" and p, "the end of the session")
        self.assertIn("most_prefixes", peer["last_error"])
        self.assertIn("maximum", router.log().lower())

    def test_a_wrong_as_is_told(self):
        weir, router = self.passive_peer(Gobgp, **{"as": 65000})
        router.start()
        wait_until(lambda: "it says AS 64501" in (self.peer(weir)["last_error"] or ""), "the refusal")
        self.assertNotEqual(self.peer(weir)["state"], "Established")
