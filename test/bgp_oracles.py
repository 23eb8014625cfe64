"""What other programs decoded from captures of BGP and BMP, in one form, for comparing it with what Weir decoded.

A route is a tuple (prefix, rd, path id, next hop, AS path, origin, MED, local preference, communities); a withdrawal is
the first three.
All numbers are numbers, addresses are in their shortest form, RDs are text without their type, "" where there is none.
"""
import gzip
import ipaddress
import json
import pathlib
from collections import Counter


class Heard:
    """What one program heard."""

    def __init__(self):
        self.announced = Counter()
        self.withdrawn = Counter()
        self.malformed = 0
        self.kinds = Counter()  # open, update, keepalive, notification, route-refresh, peer up, peer down, ...

    def __add__(self, other):
        out = Heard()
        for name in ("announced", "withdrawn", "kinds"):
            setattr(out, name, getattr(self, name) + getattr(other, name))
        out.malformed = self.malformed + other.malformed
        return out


def address(text):
    found = ipaddress.ip_address(text)
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped  # Weir has one form for both
    return str(found)


def network(text):
    return str(ipaddress.ip_network(text, strict=False))


def route_distinguisher(text):
    """Without the type that some write before it."""
    if text in (None, "", "0:0", "0:0:0"):
        return ""
    return text if text.count(":") == 1 else text.split(":", 1)[1]


def open_json(path):
    path = pathlib.Path(path)
    return gzip.open(path, "rt") if path.suffix == ".gz" else path.open()


# ---------------------------------------------------------------------------------------------------------------- Weir

def rd_of(route, of_peer):
    return route.get("rd", of_peer if route["family"].endswith("-unicast") else "")


def of_weir(messages, like_pmacct=False):
    """The output of bgp_dump. With like_pmacct, unicast routes have the RD of their BMP peer, a missing next hop is 0.0.0.0,
    and an AS_PATH in the other width than was said is empty."""
    heard = Heard()
    for message in messages:
        of_peer = message.get("peer", {}).get("rd", "") if like_pmacct else ""
        if like_pmacct and any("in the other width" in fault for fault in message.get("faults", [])):
            message = {**message, "as_path": ""}
        no_hop = like_pmacct and "discarded: NEXT_HOP: missing" in message.get("faults", [])
        heard.kinds[message["kind"].removeprefix("bmp ")] += 1
        if "error" in message:
            heard.malformed += 1
        for route in message.get("announced", []):
            hop = "0.0.0.0" if no_hop else address(route["next_hop"])
            heard.announced[(network(route["prefix"]), rd_of(route, of_peer), route.get("path_id", 0), hop, message["as_path"],
                             message["origin"], message.get("med"), message.get("local_pref"),
                             tuple(message["communities"].split()))] += 1
        for route in message.get("withdrawn", []):
            heard.withdrawn[(network(route["prefix"]), rd_of(route, of_peer), route.get("path_id", 0))] += 1
    return heard


# -------------------------------------------------------------------------------------------------------------- tshark

ORIGINS = {"0": "igp", "1": "egp", "2": "incomplete"}
MESSAGES = {"1": "open", "2": "update", "3": "notification", "4": "keepalive", "5": "route-refresh"}
BRACKETS = {1: "{%s}", 2: "%s", 3: "(%s)", 4: "[%s]"}
UPDATE = "bgp.update.path_attribute."


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def dictionaries(node):
    """Every dictionary within a tree."""
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from dictionaries(value)


def path_text(segments):
    """segments: (type, ASes)"""
    texts = [BRACKETS[kind] % ("," if kind in (1, 4) else " ").join(map(str, ases)) for kind, ases in segments]
    return " ".join(texts)


def tshark_nlri(node, *names):
    """(prefix, rd, path id) of every route below `node`; the addresses are under one of `names`."""
    for inner in dictionaries(node):
        for name in names:
            for index, text in enumerate(as_list(inner.get(name))):
                def beside(key, default):
                    values = as_list(inner.get(key))
                    return values[index] if index < len(values) else default
                length = int(beside("bgp.prefix_length", -1))
                labels = beside("bgp.label_stack", "")
                if labels:
                    length -= 24 * len(labels.split(","))
                rd = beside("bgp.rd", "")
                if rd:
                    length -= 64
                yield network(f"{text}/{length}"), route_distinguisher(rd), int(beside("bgp.nlri_path_id", 0))


def tshark_update(message, heard):
    values = {"as_path": "", "communities": ()}
    reach, unreach = [], []
    block = message.get("bgp.update.path_attributes")
    attributes = as_list(block.get("bgp.update.path_attribute")) if isinstance(block, dict) else []
    for attribute in attributes:
        kind = attribute[UPDATE + "type_code"]
        if kind == "1":
            values["origin"] = ORIGINS[attribute[UPDATE + "origin"]]
        elif kind == "2":
            segments = [(int(s[UPDATE + "as_path_segment.type"]),
                         as_list(s.get(UPDATE + "as_path_segment.as4", s.get(UPDATE + "as_path_segment.as2"))))
                        for s in as_list(attribute.get(UPDATE + "as_path_segment"))]
            values["as_path"] = path_text(segments)
        elif kind == "3" and UPDATE + "next_hop" in attribute:
            values["next_hop"] = address(attribute[UPDATE + "next_hop"])
        elif kind == "4":
            values["med"] = int(attribute[UPDATE + "multi_exit_disc"])
        elif kind == "5":
            values["local_pref"] = int(attribute[UPDATE + "local_pref"])
        elif kind == "8":
            values["communities"] = tuple(
                f"{c[UPDATE + 'community_as']}:{c[UPDATE + 'community_value']}"
                for node in dictionaries(attribute) for c in as_list(node.get(UPDATE + "community")) if isinstance(c, dict))
        elif kind == "33":  # BGPsec_Path
            values["as_path"] = " ".join(
                " ".join([node[UPDATE + "bgpsec.sps.as"]] * int(node[UPDATE + "bgpsec.sps.pcount"]))
                for node in dictionaries(attribute) if UPDATE + "bgpsec.sps.as" in node)
        elif kind == "14":
            tree = attribute.get(UPDATE + "mp_reach_nlri.next_hop_tree", {})
            hops = as_list(tree.get(UPDATE + "mp_reach_nlri.next_hop.ipv4",
                                    tree.get(UPDATE + "mp_reach_nlri.next_hop.ipv6")))
            hop = address(hops[0]) if hops else None
            routes = tshark_nlri(attribute, "bgp.mp_reach_nlri_ipv4_prefix", "bgp.mp_reach_nlri_ipv6_prefix")
            reach += [(route, hop) for route in routes]
        elif kind == "15":
            unreach += tshark_nlri(attribute, "bgp.mp_unreach_nlri_ipv4_prefix", "bgp.mp_unreach_nlri_ipv6_prefix")
    classic = tshark_nlri(message.get("bgp.update.nlri"), "bgp.nlri_prefix")
    reach += [(route, values.get("next_hop", "::")) for route in classic]
    unreach += tshark_nlri(message.get("bgp.update.withdrawn_routes"), "bgp.withdrawn_prefix")
    for route, hop in reach:
        heard.announced[(*route, hop, values["as_path"], values.get("origin"), values.get("med"), values.get("local_pref"),
                         values["communities"])] += 1
    for route in unreach:
        heard.withdrawn[route] += 1


BMP_KINDS = {"0": "route monitoring", "1": "statistics", "2": "peer down", "3": "peer up", "4": "initiation",
             "5": "termination", "6": "route mirroring"}


def of_tshark(path):
    heard = Heard()
    with open_json(path) as file:
        packets = json.load(file)
    for packet in packets:
        for node in dictionaries(packet):
            if "bmp.type" in node:
                heard.kinds[BMP_KINDS[node["bmp.type"]]] += 1
            if "bgp.type" in node:
                if "bmp" not in packet["_source"]["layers"]:  # else within a BMP message
                    heard.kinds[MESSAGES[node["bgp.type"]]] += 1
                if node["bgp.type"] == "2":
                    tshark_update(node, heard)
            if "_ws.malformed" in node:
                heard.malformed += 1
    return heard


# ------------------------------------------------------------------------------------------------------------ NetGauze

NETGAUZE_SEGMENTS = {"AsSet": 1, "AsSequence": 2, "AsConfedSequence": 3, "AsConfedSet": 4}


def netgauze_rd(rd):
    (kind, value), = rd.items()
    administrator = value["ip"] if kind == "Ipv4Administrator" else value.get("asn2", value.get("asn4"))
    return route_distinguisher(f"{administrator}:{value['number']}")


def netgauze_nlri(entries):
    for entry in entries:
        prefix = entry.get("network", entry.get("prefix")) if isinstance(entry, dict) else None
        if prefix is not None:
            yield network(prefix), netgauze_rd(entry["rd"]) if "rd" in entry else "", entry.get("path_id") or 0


def netgauze_next_hop(family):
    hop = family.get("next_hop", family.get("next_hop_global"))
    while isinstance(hop, dict):
        hop = hop.get("next_hop", next(iter(hop.values())))
    return address(hop)


def netgauze_update(update, heard):
    values = {"as_path": "", "communities": ()}
    large, reach, unreach = (), [], []
    for attribute in update["path_attributes"]:
        (kind, value), = attribute["value"].items()
        if kind == "Origin":
            values["origin"] = value.lower()
        elif kind == "AsPath":
            (_, segments), = value.items()
            values["as_path"] = path_text([(NETGAUZE_SEGMENTS[s["segment_type"]], s["as_numbers"]) for s in segments])
        elif kind == "NextHop":
            values["next_hop"] = address(value["next_hop"])
        elif kind == "MultiExitDiscriminator":
            values["med"] = value["metric"]
        elif kind == "LocalPreference":
            values["local_pref"] = value["metric"]
        elif kind == "Communities":
            values["communities"] = tuple(f"{c >> 16}:{c & 0xffff}" for c in value["communities"])
        elif kind == "LargeCommunities":
            large = tuple(f"{c['global_admin']}:{c['local_data1']}:{c['local_data2']}" for c in value["communities"])
        elif kind == "MpReach":
            (_, family), = value.items()
            reach += [(route, netgauze_next_hop(family)) for route in netgauze_nlri(family["nlri"])]
        elif kind == "MpUnreach":
            (_, family), = value.items()
            unreach += netgauze_nlri(family["nlri"])
    reach += [(route, values.get("next_hop", "::")) for route in netgauze_nlri(update["nlri"])]
    unreach += netgauze_nlri(update["withdrawn_routes"])
    for route, hop in reach:
        heard.announced[(*route, hop, values["as_path"], values.get("origin"), values.get("med"), values.get("local_pref"),
                         values["communities"] + large)] += 1
    for route in unreach:
        heard.withdrawn[route] += 1


NETGAUZE_KINDS = {"Open": "open", "Notification": "notification", "RouteRefresh": "route-refresh", "Update": "update",
                  "KeepAlive": "keepalive", "Initiation": "initiation", "Termination": "termination",
                  "PeerUpNotification": "peer up", "PeerDownNotification": "peer down",
                  "RouteMonitoring": "route monitoring", "StatisticsReport": "statistics", "RouteMirroring": "route mirroring"}


def of_netgauze(path):
    heard = Heard()
    with open_json(path) as file:
        for line in file:
            message = json.loads(line)
            if isinstance(message, str):
                heard.kinds[NETGAUZE_KINDS[message]] += 1
                continue
            (kind, value), = message.items()
            if kind == "V3":
                (kind, value), = value.items()
            if kind not in NETGAUZE_KINDS:
                heard.malformed += 1
                continue
            heard.kinds[NETGAUZE_KINDS[kind]] += 1
            if kind == "Update":
                netgauze_update(value, heard)
            if kind == "RouteMonitoring":
                netgauze_update(value["update_message"]["Update"], heard)
    return heard


# -------------------------------------------------------------------------------------------------------------- pmacct

PMACCT_ORIGINS = {"i": "igp", "e": "egp", "u": "incomplete", "?": "incomplete"}


def pmacct_next_hop(text):
    return address(text) if text else "::"


def words(value):
    return value.split() if isinstance(value, str) else value or []


def of_pmacct(paths):
    heard = Heard()
    for path in paths:
        with open_json(path) as file:
            for line in file:
                message = json.loads(line)
                if message.get("log_type") not in ("update", "withdraw"):
                    continue
                route = (network(message["ip_prefix"]), route_distinguisher(message.get("rd")),
                         int(message.get("as_path_id") or 0))
                if message["log_type"] == "withdraw":
                    heard.withdrawn[route] += 1
                    continue
                med, preference = message.get("med"), message.get("local_pref")
                heard.announced[(*route, pmacct_next_hop(message.get("bgp_nexthop")),
                                 " ".join(words(message.get("as_path"))), PMACCT_ORIGINS[message["origin"]], med, preference,
                                 tuple(words(message.get("comms"))) + tuple(words(message.get("lcomms"))))] += 1
    return heard


# ----------------------------------------------------------------------------------------------------------- comparing

def standard(community):
    return community.count(":") == 1


def large(community):
    return community.count(":") == 2 and community.replace(":", "").isdigit()


def limited(routes, communities, keep=lambda route: True):
    """The routes for which `keep` holds, with the kinds of communities that an oracle tells, sorted."""
    out = Counter()
    for route, count in routes.items():
        if keep(route):
            out[(*route[:-1], tuple(sorted(c for c in route[-1] if communities(c))))] += count
    return out


def is_vpn6(route):
    return route[1] != "" and ":" in route[0]


def difference(ours, theirs, limit=8):
    """What only one side has, as lines; nothing where both are equal."""
    lines = []
    for sign, only in (("only Weir", ours - theirs), ("only they", theirs - ours)):
        for item, count in list(only.items())[:limit]:
            lines.append(f"{sign} x{count}: {item}")
        if len(only) > limit:
            lines.append(f"{sign}: {len(only) - limit} more")
    return lines
