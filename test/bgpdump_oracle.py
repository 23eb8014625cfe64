"""Reads what bgpdump says of MRT files, as the table that is left at the end of the file."""
import collections
import ipaddress
import re
import subprocess

WELL_KNOWN = {"no-export": "65535:65281", "no-advertise": "65535:65282", "local-AS": "65535:65283", "no-peer": "65535:65284"}


def address(text):
    """One spelling: IPv4-mapped as IPv4; :: for what bgpdump prints where an entry has no next hop."""
    if text in ("255.255.255.255", "0.0.0.0"):
        return "::"
    parsed = ipaddress.ip_address(text)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def communities(text):
    """The standard ones; bgpdump knows no others."""
    words = (WELL_KNOWN.get(word, word) for word in text.split())
    return " ".join(word for word in words if re.fullmatch(r"\d+:\d+", word))


def aggregator(text):
    """bgpdump reads an AGGREGATOR of four-octet ASes in an old dump as AS 0, or turned around."""
    return "" if text.startswith("0 ") else text


Route = collections.namedtuple("Route", "peer_as path origin next_hop local_pref med communities atomic aggregator")


class Oracle:
    """`routes`: (peer, prefix, path identifier) -> Route. `maybe_gone`: keys that a withdrawal may have meant: of the type
    BGP of before 2000 bgpdump prints the peer's address instead of the prefix, with the right length."""

    def __init__(self, path):
        done = subprocess.run(["bgpdump", "-m", str(path)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=300)
        self.routes = {}
        self.maybe_gone = set()
        self.announced = self.withdrawn = self.states = self.dumped = 0
        for line in done.stdout.splitlines():
            self.take(line.split("|"))

    def take(self, words):
        kind, action, peer = words[0], words[2], words[3]
        if action == "STATE":
            if (peer, words[4]) == ("0.0.0.0", "0"):
                return  # printed for a record without room for its peer
            self.states += 1
            if words[6] != "6":
                for key in [key for key in self.routes if key[0] == peer]:
                    del self.routes[key]
            return
        add_path = kind.endswith("_AP")
        if action == "W":
            self.withdrawn += 1
            if kind == "BGP":
                length = words[5].split("/")[1]
                self.maybe_gone |= {key for key in self.routes if key[0] == peer and key[1].endswith("/" + length)}
            else:
                self.routes.pop((peer, words[5], words[6] if add_path else "0"), None)
            return
        if action == "B":
            self.dumped += 1
        else:
            self.announced += 1
        rest = words[6:]
        identifier = rest.pop(0) if add_path else "0"
        if rest[5] in ("AG", "NAG"):
            rest.insert(5, "")  # the type BGP has no communities
        path, origin, next_hop, local_pref, med, community, atomic, aggregated = rest[:8]
        key = (peer, words[5], identifier)
        self.maybe_gone.discard(key)
        self.routes[key] = Route(words[4], path, origin.lower(), address(next_hop), local_pref, med, communities(community),
                                 atomic, aggregator(aggregated))


def weir_routes(text):
    """The lines of `weir rib --routes` of unicast, in the same shape."""
    out = {}
    for line in text.splitlines():
        (peer, peer_as, prefix, path, origin, next_hop, local_pref, med, community, atomic, aggregated, distinguisher,
         identifier, _) = line.split("|", 13)
        if distinguisher:
            continue
        out[peer, prefix, identifier] = Route(peer_as, path, origin, address(next_hop), local_pref or "0", med or "0",
                                              communities(community), atomic, aggregated)
    return out
