"""Routers that take what a mitigation announces, and tell what they hold in one form for all:

unicast   {prefix: (next hop, frozenset of communities)}
filters   {frozenset of words: action}, the words as "dst 192.0.2.7/32", "proto 17", "sport 123"
"""
import json
import re

from routers import WEIR_ADDRESS, Bird, Frr, Gobgp

BLACKHOLE = "65535:666"


class MitigatedGobgp(Gobgp):
    families = ("ipv4-unicast", "ipv6-unicast", "ipv4-flowspec", "ipv6-flowspec")

    def rib(self, family):
        text = self.gobgp("global", "rib", "-a", family, "-j")
        return json.loads(text) if text.strip().startswith("{") else {}

    def unicast(self):
        out = {}
        for family in ("ipv4", "ipv6"):
            for prefix, paths in self.rib(family).items():
                next_hop, communities = "", set()
                for attribute in paths[0]["attrs"]:
                    if attribute["type"] in (3, 14):
                        next_hop = attribute["nexthop"]
                    if attribute["type"] == 8:
                        communities = {f"{c >> 16}:{c & 0xffff}" for c in attribute["communities"]}
                out[prefix] = (next_hop, frozenset(communities))
        return out

    def filters(self):
        out = {}
        names = {"destination": "dst", "source": "src", "protocol": "proto", "source-port": "sport",
                 "destination-port": "dport"}
        protocols = {"udp": "17", "tcp": "6", "icmp": "1"}
        for family in ("ipv4-flowspec", "ipv6-flowspec"):
            for rule, paths in self.rib(family).items():
                words = set()
                for name, value in re.findall(r"\[([a-z-]+): ?([^\]]*)\]", rule):
                    value = value.strip().removeprefix("==")
                    value = re.sub(r"(/\d+)/0$", r"\1", value)  # the offset of IPv6 prefixes
                    words.add(f"{names.get(name, name)} {protocols.get(value, value)}")
                communities = next(a["value"] for a in paths[0]["attrs"] if a["type"] == 16)
                out[frozenset(words)] = self.action(communities)
        return out

    @staticmethod
    def action(communities):
        for community in communities:
            if "rate" in community:
                return "discard" if community["rate"] == 0 else f"rate {community['rate']:g}"
            if community.get("type") == 0x80 and "value" in community:
                return f"redirect {community['value']}"
        return str(communities)


class MitigatedBird(Bird):
    importing = "all"
    tables = "flow4 table weir4;\nflow6 table weir6;"
    more_channels = "flow4 { table weir4; import all; export none; };\n  flow6 { table weir6; import all; export none; };"

    def blocks(self, *words):
        """What `show route` tells: (first line, {attribute: text})."""
        out = []
        for line in self.birdc("show", "route", *words, "all").splitlines():
            if found := re.match(r"(flow[46] \{[^}]*\}|[0-9a-f:.]+/\d+)\s", line):
                out.append((found[1], {}))
            elif out and (found := re.match(r"\s+BGP\.(\w+): (.*)", line)):
                out[-1][1][found[1]] = found[2].strip()
        return out

    def unicast(self):
        out = {}
        for table in ("master4", "master6"):
            for prefix, attributes in self.blocks("protocol", "weir", "table", table):
                communities = re.sub(r"[() ]", " ", attributes.get("community", "")).replace(",", ":").split()
                out[prefix] = (attributes["next_hop"].split()[0], frozenset(communities))
        return out

    def filters(self):
        out = {}
        for table in ("weir4", "weir6"):
            for rule, attributes in self.blocks("table", table):
                body = rule[rule.index("{") + 1:rule.rindex("}")]
                words = {re.sub(r"^next header ", "proto ", word.strip()) for word in body.split(";") if word.strip()}
                out[frozenset(words)] = self.action(attributes.get("ext_community", ""))
        return out

    @staticmethod
    def action(text):
        found = re.search(r"generic, 0x8006(....), (0x[0-9a-f]+)", text)
        if not found:
            return text
        return "discard" if int(found[2], 16) == 0 else f"rate {found[2]}"


class MitigatedFrr(Frr):
    more_families = "".join(f"""
 address-family {family} flowspec
  neighbor {WEIR_ADDRESS} activate
 exit-address-family
""" for family in ("ipv4", "ipv6"))

    def unicast(self):
        out = {}
        names = {"blackhole": BLACKHOLE, "noExport": "65535:65281"}
        for family in ("ipv4", "ipv6"):
            shown = json.loads(self.vtysh(f"show bgp {family} unicast json detail"))
            for prefix, paths in shown.get("routes", {}).items():
                paths = paths if isinstance(paths, list) else paths.get("paths", [])
                path = next((path for path in paths if "nexthops" in path), None)
                if path is None:
                    continue
                communities = {names.get(c, c) for c in path.get("community", {}).get("list", [])}
                if BLACKHOLE in communities:
                    communities.discard("65535:65281")  # FRR puts no-export beside it (RFC 7999 section 3.2)
                out[prefix] = (path["nexthops"][0]["ip"], frozenset(communities))
        return out

    def filters(self):
        out = {}
        names = {"Destination Address": "dst", "Source Address": "src", "IP Protocol": "proto", "Next Header": "proto",
                 "Source Port": "sport", "Destination Port": "dport"}
        for family in ("ipv4", "ipv6"):
            text = self.vtysh(f"show bgp {family} flowspec detail")
            for block in re.split(r"BGP flowspec entry[^\n]*\n", text)[1:]:
                words = set()
                for line in block.splitlines():
                    for name, short in names.items():
                        if line.strip().startswith(name + " "):
                            value = line.strip()[len(name):].replace("=", "").strip()
                            words.add(f"{short} {value.removesuffix('/off 0')}")
                rate = re.search(r"FS:rate ([0-9.]+)", block)
                action = block if rate is None else "discard" if float(rate[1]) == 0 else f"rate {float(rate[1]):g}"
                out[frozenset(words)] = action
        return out
