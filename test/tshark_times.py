"""When flows began and ended, as tshark's JSON decoding tells it."""
import datetime
import gzip
import ipaddress
import json
import re

UPTIME_SPAN = 1 << 32  # sysUptime is 32 bits of milliseconds


def record_times(path):
    """A list of (src_addr, dst_addr, flow_start, flow_end), times in ms since the epoch, of each record that has both
    addresses and both times."""
    out = []
    with (gzip.open(path, "rt") if str(path).endswith("gz") else open(path)) as file:
        for message in messages(json.load(file)):
            clock = Clock(message)
            for record in records(message):
                times = clock.times(record)
                source, destination = address(record, "src"), address(record, "dst")
                if times and source and destination:
                    out.append((source, destination, *times))
    return out


def messages(node):
    """Every NetFlow or IPFIX message: a dict with a version of its own."""
    if isinstance(node, list):
        for inner in node:
            yield from messages(inner)
    elif isinstance(node, dict):
        if "cflow.version" in node:
            yield node
        else:
            for inner in node.values():
                yield from messages(inner)


def records(node):
    if isinstance(node, list):
        for inner in node:
            yield from records(inner)
    elif isinstance(node, dict):
        if any(name in node for name in ("cflow.srcaddr", "cflow.srcaddrv6")):
            yield node
        for inner in node.values():
            yield from records(inner)


class Clock:
    """A message's export time and uptime, by which times relative to the exporter's start become absolute."""

    def __init__(self, message):
        uptime, stamp = scalar(message, "cflow.sysuptime"), scalar(message, "cflow.timestamp")
        self.zero = None
        if uptime is not None and stamp is not None:
            self.uptime = milliseconds(uptime)
            self.zero = absolute(stamp)

    def times(self, record):
        holder = record.get("cflow.timedelta_tree", record)
        if isinstance(holder, list):  # times in more than one form; which goes first is the decoder's choice
            return None
        start, end = scalar(holder, "cflow.abstimestart"), scalar(holder, "cflow.abstimeend")
        if start is not None and end is not None:
            return absolute(start), absolute(end)
        start, end = scalar(holder, "cflow.timestart"), scalar(holder, "cflow.timeend")
        if start is None or end is None or self.zero is None:
            return None
        return self.relative(start), self.relative(end)

    def relative(self, text):
        """The counter may have wrapped between the flow and its export: the difference is a signed 32-bit number."""
        behind = (milliseconds(text) - self.uptime + UPTIME_SPAN // 2) % UPTIME_SPAN - UPTIME_SPAN // 2
        return self.zero + behind


def scalar(node, name):
    value = node.get(name)
    if isinstance(value, list):  # the same element twice: nobody can say which one is meant
        return None
    return value


def milliseconds(text):
    whole, _, rest = text.partition(".")
    return int(whole) * 1000 + int((rest + "000")[:3])


def absolute(text):
    """'Feb 28, 2023 09:46:01.088000000 UTC' as ms since the epoch, rounded down."""
    found = re.fullmatch(r"(\w{3} +\d+, \d+ \d+:\d+:\d+)\.(\d+) UTC", text)
    moment = datetime.datetime.strptime(found[1], "%b %d, %Y %H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * 1000 + int(found[2][:3])


def address(record, side):
    value = scalar(record, f"cflow.{side}addr")
    if value in (None, "0.0.0.0"):  # what some exporters put beside an IPv6 address
        value = scalar(record, f"cflow.{side}addrv6") or value
    try:
        parsed = ipaddress.ip_address(value)
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
