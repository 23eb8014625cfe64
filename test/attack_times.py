"""How fast attacks are seen and answered: every kind among 100,000 other flows a second over UDP, and the route in a real
router's table. Used by script/bench; test_detect.py and test_mitigation.py hold that it is right."""
import hashlib
import json
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

import harness
from mitigated_routers import MitigatedGobgp
from routers import WEIR_ADDRESS

BACKGROUND = 100_000
KINDS = ["syn_flood", "ack_flood", "rst_flood", "udp_flood", "dns_amplification", "ntp_amplification", "cldap_amplification",
         "ssdp_amplification", "memcached_amplification", "snmp_amplification", "chargen_amplification", "icmp_flood",
         "fragment_flood", "gre_flood", "esp_flood", "carpet_bombing", "scan", "outgoing_spam", "outgoing_scan",
         "outgoing_amplification", "outgoing_flood"]
# Of these a sampled exporter shows only few packets of each conversation, and they are few: faster ones are sent.
FAST = {"scan": 2_000_000, "outgoing_spam": 1_000_000, "outgoing_scan": 1_000_000}
# (title, protocol, sampling, IPv6)
WAYS = [("NetFlow v9", "netflow9", 1, False), ("IPFIX, IPv6", "ipfix", 1, True), ("IPFIX, 1 in 1000", "ipfix", 1000, False),
        ("sFlow, 1 in 1000", "sflow5", 1000, False), ("sFlow, 1 in 1000, IPv6", "sflow5", 1000, True)]
DETECT = """
detect:
  networks: [103.64.13.0/24, 103.64.14.0/24, "2001:db8:100::/48"]
  hold: 5s
"""


def victim_of(number, kind, v6):
    if kind == "carpet_bombing":
        return "2001:db8:100:ffff::10" if v6 else "103.64.14.10"
    return f"2001:db8:100:{number + 1:x}::10" if v6 else f"103.64.13.{number + 10}"


class Background:
    """Other traffic, at a steady rate, from an exporter of its own that does not sample, until it is stopped."""

    def __init__(self, weir):
        self.process = subprocess.Popen(
            [harness.WEIR, "generate", "--to", weir.udp[0], "--rate", str(BACKGROUND), "--ipv6", "0.3", "--duration", "3600s"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_until(lambda: weir.total("weir_detect_flows_total") > BACKGROUND, "the background", 60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(10)


class Attack:
    """One attack on its way."""

    def __init__(self, weir, kind, victim, protocol, sampling, packets=0):
        self.process = subprocess.Popen(
            [harness.WEIR, "generate", "--to", weir.udp[0], "--attack", kind, "--victim", victim, "--protocol", protocol,
             "--sampling", str(sampling), "--attack-packets", str(packets), "--duration", "60s"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)

    def stop(self):
        """Gives the time at which its first flow was sent, in seconds since the epoch."""
        self.process.send_signal(signal.SIGINT)
        return json.loads(self.process.communicate(timeout=20)[0])["first_ms"] / 1000


def is_about(attack, kind, victim):
    target = attack["target"]
    if attack["kind"] != kind:
        return False
    if kind == "scan":  # told of the network that is scanned
        return True
    if kind == "carpet_bombing":
        return target in ("103.64.14.0/24", "2001:db8:100:ffff::/64")
    return target == victim + ("/128" if ":" in victim else "/32")


def time_to_attack(weir, kind, victim, protocol, sampling, limit=10):
    """(seconds from the first flow to the open attack of this kind as the API has it; what it was called meanwhile)."""
    after = json.loads(weir.get("/api/v1/detect/changes"))["next"]
    attack = Attack(weir, kind, victim, protocol, sampling, FAST.get(kind, 0) if sampling > 1 else 0)
    seen, others, end = None, set(), time.monotonic() + limit
    while seen is None and time.monotonic() < end:
        answer = json.loads(weir.get(f"/api/v1/detect/changes?after={after}"))
        now, after = time.time(), answer["next"]
        for change in answer["changes"]:
            if is_about(change["attack"], kind, victim):
                seen = seen or now
            elif change["change"] == "opened":
                others.add((change["attack"]["kind"], change["attack"]["target"]))
        time.sleep(0.02)
    first = attack.stop()
    return (None if seen is None else seen - first), others


def measure_detection(kinds=None, ways=WAYS, tell=lambda row: None):
    """{title: {kind: (seconds or None, other attacks told of meanwhile)}}."""
    out = {}
    for title, protocol, sampling, v6 in ways:
        out[title] = {}
        with tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
            config = pathlib.Path(directory, "weir.yaml")
            config.write_text(DETECT)
            with harness.Weir(pathlib.Path(directory, "data"), "--config", config) as weir, \
                    Background(weir):
                for number, kind in enumerate(kinds or KINDS):
                    took, others = time_to_attack(weir, kind, victim_of(number, kind, v6), protocol, sampling)
                    out[title][kind] = (took, others)
                    tell((title, kind, took, others))
                    time.sleep(2.5)  # what is on its way of this one must not count for the next
                lost = sum(weir.total(name) for name in ("weir_socket_kernel_drops_total", "weir_store_flows_dropped_total"))
                if lost:
                    tell((title, f"{lost} datagrams or flows were lost"))
    return out


# ------------------------------------------------------------------------------------------------------- to the route


ACTIONS = {"blackhole": 'kind: blackhole, to: [{peers: [peer], communities: "65535:666", next_hop_ipv4: 192.0.2.254, '
                        'next_hop_ipv6: "100::1"}]',
           "flowspec": "kind: flowspec, to: [{peers: [peer]}]"}


class Table:
    """A real router's table as it is told of every change: when did a route with this text come?"""

    def __init__(self, router, families):
        self.lines, self.processes = [], []
        for family in families:
            process = subprocess.Popen(["gobgp", "-u", router.address, "-p", str(router.api), "monitor", "global", "rib", "-a", family],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.processes.append(process)
            threading.Thread(target=self.read, args=(process,), daemon=True).start()

    def read(self, process):
        for line in process.stdout:
            self.lines.append((time.time(), line.strip()))

    def came(self, text):
        return next((at for at, line in self.lines if text in line), None)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait(10)


def mitigating_config(directory, router, kind):
    token = hashlib.sha256(b"nobody").hexdigest()
    config = pathlib.Path(directory, "weir.yaml")
    config.write_text(DETECT + f"""
routes:
  bgp:
    as: 64500
    router_id: 10.0.0.1
    connect_retry: 1s
    peers:
      - {{name: peer, address: {router.address}, as: {router.asn}, port: {router.port}, local_address: {WEIR_ADDRESS},
         families: [ipv4-unicast, ipv6-unicast, ipv4-flowspec, ipv6-flowspec]}}
mitigation:
  dry_run: false
  own_prefixes: [103.64.13.0/24, 103.64.14.0/24, "2001:db8:100::/48"]
  most_active: 100
  most_per_hour: 1000
  people: [{{name: nobody, token_sha256: {token}}}]
  actions: [{{name: act, dry_run: false, {ACTIONS[kind]}}}]
  policies: [{{rule: "*", mode: act, action: act, dry_run: false}}]
""")
    return config


def measure_routes(kinds=("udp_flood", "syn_flood", "ntp_amplification"), tell=lambda row: None):
    """[(action, title, kind, seconds from the first flow to the route in the router's table or None)]."""
    out = []
    for action in ACTIONS:
        for title, protocol, sampling, v6 in (WAYS[0], WAYS[1], WAYS[3], WAYS[4]):
            with tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
                router = MitigatedGobgp(directory, "127.0.1.31", 64501).start()
                try:
                    out += routes_of(directory, router, action, (title, protocol, sampling, v6), kinds, tell)
                finally:
                    router.stop()
    return out


def routes_of(directory, router, action, way, kinds, tell):
    title, protocol, sampling, v6 = way
    out = []
    families = ("ipv6-flowspec" if v6 else "ipv4-flowspec",) if action == "flowspec" else ("ipv6" if v6 else "ipv4",)
    table = Table(router, families)
    try:
        with harness.Weir(pathlib.Path(directory, "data"), "--config", mitigating_config(directory, router, action)) as weir:
            harness.wait_until(lambda: all(peer["state"] == "Established" for peer in json.loads(weir.get("/api/v1/rib"))["bgp"]),
                               "the session", 60)
            with Background(weir):
                for number, kind in enumerate(kinds):
                    victim = victim_of(number, kind, v6)
                    attack = Attack(weir, kind, victim, protocol, sampling)
                    text = victim + ("/128" if v6 else "/32")
                    try:
                        came = harness.wait_until(lambda: table.came(text), "the route", 15)
                    except AssertionError:
                        came = None
                    took = None if came is None else came - attack.stop()
                    out.append((action, title, kind, took))
                    tell(out[-1])
                    time.sleep(2.5)
    finally:
        table.stop()
    return out


# --------------------------------------------------------------------------------------------------------------- tables


def seconds(took):
    return "not seen" if took is None else f"{took:.1f}"


def detection_table(result):
    titles = list(result)
    lines = ["| s | " + " | ".join(titles) + " |", "|---|" + "---:|" * len(titles)]
    for kind in KINDS:
        if all(kind in result[title] for title in titles):
            lines.append(f"| {kind} | " + " | ".join(seconds(result[title][kind][0]) for title in titles) + " |")
    all_of = sorted(took for rows in result.values() for took, _ in rows.values() if took is not None)
    missed = sum(took is None for rows in result.values() for took, _ in rows.values())
    wrong = sum(len(others) for rows in result.values() for _, others in rows.values())
    lines += ["", f"Of {len(all_of) + missed} attacks {missed} were missed or called wrongly. Median {all_of[len(all_of) // 2]:.1f} s, "
              f"longest {all_of[-1]:.1f} s. Attacks that were told of and were none, or were another kind at first: {wrong}."]
    return lines


def routes_table(rows):
    titles = list(dict.fromkeys(title for _, title, _, _ in rows))
    lines = ["| s | " + " | ".join(titles) + " |", "|---|" + "---:|" * len(titles)]
    for action, kind in dict.fromkeys((action, kind) for action, _, kind, _ in rows):
        took = {title: value for a, title, k, value in rows if (a, k) == (action, kind)}
        lines.append(f"| {action}, {kind} | " + " | ".join(seconds(took.get(title)) for title in titles) + " |")
    return lines
