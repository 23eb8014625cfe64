"""Real BGP routers for tests: gobgpd, bird, FRR's bgpd and ExaBGP, each on an address of loopback, started and stopped here.

Each tells its own table as {prefix: (AS path as text, set of standard communities)}: what it announces, before it puts its
own AS in front.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

from harness import wait_until

WEIR_ADDRESS = "127.0.1.1"


def free_port(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Router:
    """One daemon with one BGP session to Weir. `weir_port` 0: Weir calls it."""
    programs = ()

    def __init__(self, directory, address, asn, weir_port=0, weir_as=64500, password="", add_path=False, restart=False,
                 gtsm=False, bmp=None):
        self.directory = pathlib.Path(directory) / f"{type(self).__name__.lower()}-{address}"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.address, self.asn, self.weir_port, self.weir_as = address, asn, weir_port, weir_as
        self.password, self.add_path, self.restart, self.gtsm, self.bmp = password, add_path, restart, gtsm, bmp
        self.port = free_port(address)
        self.process = None
        self.log_file = open(self.directory / "log", "ab")

    def run(self, *command, environment=None):
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=self.log_file,
                                        stderr=subprocess.STDOUT, cwd=self.directory,
                                        env={**os.environ, **(environment or {})})

    def log(self):
        return (self.directory / "log").read_text(errors="replace")[-4000:]

    def alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{type(self).__name__} ended with {self.process.returncode}:\n{self.log()}")
        return True

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def ask(self, *command, check=True):
        done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=20)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stdout}\n{self.log()}")
        return done.stdout


class Gobgp(Router):
    programs = ("gobgpd", "gobgp")
    families = ("ipv4-unicast", "ipv6-unicast")

    def start(self):
        self.api = free_port(self.address)
        families = "".join(f"""
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "{family}"
    [neighbors.afi-safis.mp-graceful-restart.config]
      enabled = {str(self.restart).lower()}
    [neighbors.afi-safis.add-paths.config]
      send-max = {8 if self.add_path else 0}
""" for family in self.families)
        neighbor = f"""
[[neighbors]]
  [neighbors.config]
    neighbor-address = "{WEIR_ADDRESS}"
    peer-as = {self.weir_as}
    auth-password = "{self.password}"
  [neighbors.transport.config]
    local-address = "{self.address}"
    passive-mode = {str(self.weir_port == 0).lower()}
    remote-port = {self.weir_port or 179}
  [neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 64
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
    hold-time = 30
  [neighbors.graceful-restart.config]
    enabled = {str(self.restart).lower()}
    restart-time = 60
{families}"""
        bmp = f"""
[[bmp-servers]]
  [bmp-servers.config]
    address = "{WEIR_ADDRESS}"
    port = {self.bmp[0]}
    route-monitoring-policy = "{self.bmp[1]}"
    statistics-timeout = 15
""" if self.bmp else ""
        (self.directory / "gobgpd.toml").write_text(f"""
[global.config]
  as = {self.asn}
  router-id = "10.0.0.{self.address.rsplit('.', 1)[1]}"
  port = {self.port}
  local-address-list = ["{self.address}"]
{neighbor if self.weir_port is not None else ""}{bmp}""")
        self.run("gobgpd", "-f", "gobgpd.toml", "--api-hosts", f"{self.address}:{self.api}", "-l", "debug",
                 *(["-r"] if self.restart and self.process is not None else []))
        wait_until(lambda: self.alive() and not self.gobgp("global", check=False).startswith("failed")
                   and "AS:" in self.gobgp("global", check=False), "gobgpd to answer")
        return self

    def gobgp(self, *words, check=True):
        return self.ask("gobgp", "-u", self.address, "-p", self.api, *words, check=check)

    def add_peer(self, address, asn, *words):
        self.gobgp("neighbor", "add", address, "as", asn, *words)

    def announce(self, prefix, path="", communities=(), path_id=None, med=None):
        words = ["-a", "ipv6" if ":" in prefix else "ipv4", "add", prefix]
        if path:
            words += ["aspath", path.replace(" ", ",")]
        if communities:
            words += ["community", ",".join(communities)]
        if path_id is not None:
            words += ["identifier", path_id]
        if med is not None:
            words += ["med", med]
        self.gobgp("global", "rib", *words)

    def withdraw(self, prefix):
        self.gobgp("global", "rib", "-a", "ipv6" if ":" in prefix else "ipv4", "del", prefix)

    def table(self):
        out = {}
        for family in ("ipv4", "ipv6"):
            text = self.gobgp("global", "rib", "-a", family, "-j")
            for prefix, paths in (json.loads(text) if text.strip().startswith("{") else {}).items():
                best = next(path for path in paths if path.get("best", True))
                as_path, communities = "", set()
                for attribute in best["attrs"]:
                    if attribute["type"] == 2:
                        as_path = " ".join(str(asn) for part in attribute["as_paths"] for asn in part["asns"])
                    if attribute["type"] == 8:
                        communities = {f"{c >> 16}:{c & 0xffff}" for c in attribute["communities"]}
                out[prefix] = (as_path, frozenset(communities))
        return out


class Bird(Router):
    programs = ("bird", "birdc")
    importing = "none"
    tables = more_channels = ""

    def start(self, routes=None):
        self.routes = dict(routes or getattr(self, "routes", {}))
        self.write()
        (self.directory / "ctl").unlink(missing_ok=True)
        self.run("bird", "-f", "-c", "bird.conf", "-s", "ctl", "-P", "pid")
        wait_until(lambda: self.alive() and "BIRD" in self.birdc("show", "status", check=False), "bird to answer")
        return self

    def write(self):
        def routes(ipv6):
            return "\n".join(
                f"  route {prefix} blackhole {{ " + "".join(f"bgp_path.prepend({asn}); " for asn in reversed(path.split()))
                + "".join(f"bgp_community.add(({c.replace(':', ',')})); " for c in communities) + "};"
                for prefix, (path, communities) in self.routes.items() if (":" in prefix) == ipv6)
        channel = f"import {self.importing}; export where source = RTS_STATIC; next hop address {{}}; " + (
            "add paths tx; " if self.add_path else "")
        (self.directory / "bird.conf").write_text(f"""
router id 10.0.0.{self.address.rsplit('.', 1)[1]};
log stderr all;
{self.tables}
protocol device {{}}
protocol static s4 {{ ipv4;
{routes(False)}
}}
protocol static s6 {{ ipv6;
{routes(True)}
}}
protocol bgp weir {{
  local {self.address} port {self.port} as {self.asn};
  neighbor {WEIR_ADDRESS} {f"port {self.weir_port}" if self.weir_port else ""} as {self.weir_as};
  {"passive on;" if not self.weir_port else ""}
  {"multihop 1; ttl security on;" if self.gtsm else "multihop;"}
  {f'password "{self.password}";' if self.password else ""}
  connect delay time 1; connect retry time 1; error wait time 1, 2; hold time 30;
  graceful restart {"on" if self.restart else "aware"}; graceful restart time 60;
  ipv4 {{ {channel.format(self.address)} }};
  ipv6 {{ {channel.format("2001:db8::2")} }};
  {self.more_channels}
}}
""")

    def birdc(self, *words, check=True):
        return self.ask("birdc", "-s", self.directory / "ctl", *words, check=check)

    def configure(self):
        self.write()
        answer = self.birdc("configure")
        if "Reconfig" not in answer:
            raise AssertionError(answer + self.log())

    def announce(self, prefix, path="", communities=()):
        self.routes[prefix] = (path, tuple(communities))
        self.configure()

    def withdraw(self, prefix):
        del self.routes[prefix]
        self.configure()

    def table(self):
        out, prefix = {}, None
        text = self.birdc("show", "route", "all", "where", "source", "=", "RTS_STATIC")
        for line in text.splitlines():
            if found := re.match(r"(\S+/\d+)\s", line):
                prefix = found[1]
                out[prefix] = ("", frozenset())
            elif found := re.match(r"\s+BGP\.as_path: (.*)", line):
                out[prefix] = (found[1].strip(), out[prefix][1])
            elif found := re.match(r"\s+BGP\.community: (.*)", line):
                out[prefix] = (out[prefix][0], frozenset(re.sub(r"[() ]", " ", found[1]).replace(",", ":").split()))
        return out


class Frr(Router):
    programs = ("vtysh",)
    BGPD = "/usr/lib/frr/bgpd"
    more_families = ""

    def start(self):
        restart = "bgp graceful-restart\n bgp graceful-restart restart-time 60" if self.restart else ""
        bmp = f"""
 bmp targets weir
  bmp stats interval 1000
  bmp monitor ipv4 unicast {self.bmp[1]}
  bmp monitor ipv6 unicast {self.bmp[1]}
  bmp connect {WEIR_ADDRESS} port {self.bmp[0]} min-retry 200 max-retry 1000
 exit
""" if self.bmp else ""
        config = self.directory / "bgpd.conf"
        saved = getattr(self, "kept", "")
        neighbor = f"""
 neighbor {WEIR_ADDRESS} remote-as {self.weir_as}
 neighbor {WEIR_ADDRESS} port {self.weir_port or 179}
 {"neighbor " + WEIR_ADDRESS + " passive" if not self.weir_port else ""}
 neighbor {WEIR_ADDRESS} update-source {self.address}
 {"neighbor " + WEIR_ADDRESS + " ttl-security hops 1" if self.gtsm else "neighbor " + WEIR_ADDRESS + " ebgp-multihop 10"}
 {"neighbor " + WEIR_ADDRESS + " password " + self.password if self.password else ""}
 neighbor {WEIR_ADDRESS} timers 3 30
 neighbor {WEIR_ADDRESS} timers connect 1
 neighbor {WEIR_ADDRESS} advertisement-interval 0
 address-family ipv6 unicast
  neighbor {WEIR_ADDRESS} activate
 exit-address-family
{self.more_families}"""
        config.write_text(f"""
log stdout debugging
router bgp {self.asn}
 bgp router-id 10.0.0.{self.address.rsplit('.', 1)[1]}
 no bgp ebgp-requires-policy
 no bgp network import-check
 no bgp default ipv4-unicast
 bgp default ipv4-unicast
 {restart}
{neighbor if self.weir_port is not None else ""}{bmp}{saved}
exit
""")
        os.chmod(config, 0o644)
        self.run(self.BGPD, "-f", config, "-n", "-Z", "-l", self.address, "-p", self.port, "-P", "0", "-i",
                 self.directory / "pid", "--vty_socket", self.directory, "-S",
                 *(["-M", "bmp"] if self.bmp else []))
        wait_until(lambda: self.alive() and "BGP" in self.vtysh("show version", "show bgp summary", check=False),
                   "bgpd to answer")
        return self

    def vtysh(self, *commands, check=True):
        words = [word for command in commands for word in ("-c", command)]
        return self.ask("vtysh", "--vty_socket", self.directory, "-d", "bgpd", *words, check=check)

    def announce(self, prefix, path="", communities=()):
        name = "m-" + re.sub(r"[.:/]", "-", prefix)
        family = "ipv6" if ":" in prefix else "ipv4"
        self.vtysh("configure terminal", f"route-map {name} permit 10",
                   *([f"set as-path prepend {path}"] if path else ["no set as-path prepend"]),
                   *([f"set community {' '.join(communities)}"] if communities else ["no set community"]), "exit",
                   f"router bgp {self.asn}", f"address-family {family} unicast", f"network {prefix} route-map {name}")

    def withdraw(self, prefix):
        family = "ipv6" if ":" in prefix else "ipv4"
        self.vtysh("configure terminal", f"router bgp {self.asn}", f"address-family {family} unicast",
                   f"no network {prefix}")

    def table(self):
        out = {}
        for family in ("ipv4", "ipv6"):
            shown = json.loads(self.vtysh(f"show bgp {family} unicast json detail"))
            for prefix, paths in shown.get("routes", {}).items():
                paths = paths if isinstance(paths, list) else paths.get("paths", [])
                best = next((path for path in paths if path.get("bestpath", {}).get("overall")), None)
                if best is None:
                    continue
                text = best.get("aspath", {}).get("string", "")
                out[prefix] = ("" if text == "Local" else text,
                               frozenset(best.get("community", {}).get("list", [])))
        return out


class Exabgp(Router):
    programs = ("exabgp",)

    def start(self, routes=None):
        self.routes = dict(routes or getattr(self, "routes", {}))
        pipe = self.directory / "commands"
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        feeder = self.directory / "feeder.py"  # hands on what comes through the pipe, and ends with exabgp
        feeder.write_text(f"""#!/usr/bin/env python3
import os, select
parent, pipe = os.getppid(), os.open("{pipe}", os.O_RDWR)
while os.getppid() == parent:
    if select.select([pipe], [], [], 0.5)[0]:
        os.write(1, os.read(pipe, 65536))
""")
        feeder.chmod(0o755)
        (self.directory / "exabgp.conf").write_text(f"""
process feeder {{ run {feeder}; encoder text; }}
neighbor {WEIR_ADDRESS} {{
  router-id 10.0.0.{self.address.rsplit('.', 1)[1]};
  local-address {self.address};
  local-as {self.asn};
  peer-as {self.weir_as};
  hold-time 30;
  {f"connect {self.weir_port};" if self.weir_port else f"listen {self.port}; passive true;"}
  {f'md5-password "{self.password}"; md5-base64 false;' if self.password else ""}
  capability {{ {"add-path send/receive;" if self.add_path else ""} {"graceful-restart 60;" if self.restart else ""} }}
  family {{ ipv4 unicast; ipv6 unicast; }}
  api {{ processes [ feeder ]; }}
}}
""")
        self.run("exabgp", "exabgp.conf", environment={
            "exabgp.daemon.user": "root", "exabgp.api.cli": "false", "exabgp.log.level": "DEBUG",
            "exabgp.tcp.bind": "" if self.weir_port else self.address, "exabgp.tcp.port": str(self.port),
            "exabgp.daemon.drop": "false"})
        wait_until(self.alive, "exabgp to run")
        for prefix, (path, communities) in list(self.routes.items()):
            self.announce(prefix, path, communities)
        return self

    def say(self, line):
        with open(self.directory / "commands", "w") as pipe:
            pipe.write(line + "\n")

    def announce(self, prefix, path="", communities=(), path_id=None):
        self.routes[prefix] = (path, tuple(communities))
        next_hop = "2001:db8::2" if ":" in prefix else "192.0.2.20"  # gobgpd takes none of 127.0.0.0/8
        self.say(f"announce route {prefix} next-hop {next_hop}" + (f" path-information 0.0.0.{path_id}" if path_id else "")
                 + f" as-path [ {self.asn} {path} ]" + (f" community [ {' '.join(communities)} ]" if communities else ""))

    def withdraw(self, prefix):
        del self.routes[prefix]
        self.say(f"withdraw route {prefix}")

    def table(self):
        return {prefix: (path, frozenset(communities)) for prefix, (path, communities) in self.routes.items()}


def missing(*kinds):
    """The program that is not there, or nothing."""
    for kind in kinds:
        for program in kind.programs:
            if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
                return program
    return "bgpd" if Frr in kinds and not pathlib.Path(Frr.BGPD).exists() else None
