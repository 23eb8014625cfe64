"""`weir rib` on dumps and updates of real collectors against bgpdump, and on what real daemons print and dump now."""
import collections
import gzip
import json
import os
import pathlib
import re
import signal
import subprocess

import harness
from bgpdump_oracle import Oracle, weir_routes
from harness import TestCase, run_weir, wait_until

TESTDATA = harness.ROOT / "testdata"
# What old BIRD wrote: ADD-PATH messages under the type that says there is none. bgpdump makes 24.0.0.0/2 of the path
# identifier of 172.17.0.0/24; Weir refuses the UPDATE.
MISLABELLED = {"t2mune+mrtparse__samples__bird_bgp"}
# bgpdump knows no TABLE_DUMP record with several entries (RIPE, 2000) and stops behind the first.
MANY_ENTRIES = {"bgpkit+bgpkit-parser__tests__fixtures__ripe__rrc00__2000.01__bview.20000111.0032.gz"}

# The beginnings of two dumps; their whole records are files of their own, and test_cut_short holds one against the other.
CUT_SHORT = {"hadiasghari+pyasn__data__rib.20080501.0644_firstMB.bz2", "hadiasghari+pyasn__data__rib.20140523.0600_firstMB.bz2"}


def summary(*arguments, status=0):
    done = run_weir("rib", "--format", "json", *arguments, limit=120)
    if done.returncode != status:
        raise AssertionError(f"weir rib {arguments} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def routes(*arguments):
    return weir_routes(run_weir("rib", "--routes", *arguments, limit=120).stdout)


class BgpdumpAgrees(TestCase):
    """On every file that the collectors' and parsers' projects test with."""

    def setUp(self):
        super().setUp()
        self.need("bgpdump")
        self.mrt = self.need_shared_data() / "mrt"
        self.files = sorted(file for file in self.mrt.iterdir() if file.is_file())

    def test_routes_line_by_line(self):
        """Peer, its AS, prefix, path identifier, AS path, origin, next hop, preference, MED, communities, aggregator; and
        how many of what there was."""
        compared = files = 0
        for file in self.files:
            if file.name in MISLABELLED | MANY_ENTRIES | CUT_SHORT:
                continue
            with self.subTest(file.name):
                oracle, ours = Oracle(file), routes(file)
                only_ours = [key for key in ours if key not in oracle.routes]
                differ = [(key, oracle.routes[key], route) for key, route in ours.items()
                          if key in oracle.routes and oracle.routes[key] != route]
                missing = [key for key in oracle.routes if key not in ours and key not in oracle.maybe_gone]
                # RFC 7607: a path through AS 0 is none.
                missing = [key for key in missing if "0" not in oracle.routes[key].path.split()]
                self.assertEqual(([], [], []), (only_ours[:3], differ[:3], missing[:3]))
                self.compare_counts(oracle, file)
                compared += len(ours)
                files += 1
        self.note(f"{compared} routes of {files} files agree")
        self.assertGreater(compared, 1_000_000)

    def compare_counts(self, oracle, file):
        counted = summary(file, status=1 if "3samples" in file.name else 0)["files"][0]
        # bgpdump prints multicast routes too, and no VPN ones.
        vpn_routes = 2 if file.name.endswith("openbgpd_rib_table-v2") else 0
        vpn_changes = 6 if file.name.endswith("openbgpd_bgp") else 0
        self.assertEqual(oracle.dumped, counted.get("routes", 0) - vpn_routes)
        self.assertEqual(oracle.states, counted["state_changes"])
        changes = counted["announced"] + counted["withdrawn"] - vpn_changes
        self.assertLessEqual(abs(oracle.announced + oracle.withdrawn - changes), counted["unsupported"])
        # What RFC 7606 makes a withdrawal of, bgpdump counts as announced.
        self.assertLessEqual(counted["withdrawn"] - oracle.withdrawn, counted["attribute_faults"])

    def test_prefixes_and_origins(self):
        """The tables of prefixes and origins that were made with bgpdump of its own accord."""
        for expected in sorted((self.mrt / "expected").glob("*.prefix_origins.tsv.gz")):
            name = expected.name.removesuffix(".prefix_origins.tsv.gz")
            with self.subTest(name):
                wanted = dict(line.rstrip("\n").split("\t") for line in gzip.open(expected, "rt"))
                done = run_weir("rib", "--prefixes", self.mrt / name, limit=120)
                got = dict(line.split("\t") for line in done.stdout.splitlines())
                if "_add_path" in name or "bird-mrtdump_rib" in name:
                    # There the second column was taken from bgpdump's path identifiers.
                    self.assertLessEqual(set(wanted), set(got))
                    continue
                # A set of ASes at the end of a path is no origin (RFC 6811 section 2); bgpdump prints the set.
                each = lambda text: sorted(re.findall(r"\d+:\d+", re.sub(r"\{[^}]*\}:\d+", "", text)))
                differ = [(prefix, wanted.get(prefix), got.get(prefix)) for prefix in wanted.keys() | got.keys()
                          if each(wanted.get(prefix, "")) != each(got.get(prefix, ""))]
                self.assertEqual([], differ[:5])
                self.assertLessEqual(set(wanted), set(got))
                self.note(f"{name}: {len(wanted)} prefixes with their origins")

    def test_full_table(self):
        """577,706 prefixes of one peer, BGP4MP_ET."""
        loaded = summary(next(self.mrt.glob("*et-header*")))
        # Three were withdrawn again, and four have a path through AS 0.
        self.assertEqual((577_706 - 3 - 4, 0), (loaded["prefixes4"], loaded["prefixes6"]))
        self.note(f"full table of {loaded['prefixes4']} prefixes: read in {loaded['files'][0]['took_ms'] / 1000:.2f} s, "
                  f"table {loaded['memory_octets'] / 2**20:.1f} MiB, process {loaded['peak_octets'] / 2**20:.1f} MiB")

    def test_many_entries_a_record(self):
        name = next(iter(MANY_ENTRIES))
        loaded = summary(self.mrt / name)
        self.assertEqual((2490, 452_018), (loaded["files"][0]["records"], loaded["files"][0]["routes"]))
        self.assertEqual((82_377, 0), (loaded["prefixes4"], loaded["files"][0]["malformed"]))
        first = routes(self.mrt / name)["204.152.166.29", "3.0.0.0/8", "0"]
        self.assertEqual(("3549 701 80", "204.152.166.29"), (first.path, first.next_hop))

    def test_cut_short(self):
        """What is whole is loaded, and the end says what is wrong."""
        for whole, cut in (("rib.20080501.0644_firstMB.whole-records.mrt.gz", "hadiasghari+pyasn__data__rib.20080501.0644_firstMB.bz2"),
                           ("rib.20140523.0600_firstMB.whole-records.mrt.gz", "hadiasghari+pyasn__data__rib.20140523.0600_firstMB.bz2")):
            done = run_weir("rib", "--prefixes", self.mrt / cut, limit=120)
            self.assertEqual(1, done.returncode)
            self.assertIn("the bzip2 data is cut short at 1048576 octets", done.stderr)
            self.assertEqual(run_weir("rib", "--prefixes", self.mrt / whole, limit=120).stdout, done.stdout)


class ShowText(TestCase):
    def test_slides(self):
        """One entry of 34 paths of which three are printed, wrapped by the slide."""
        slides = self.need_shared_data().parent / "reference/netflow-elk-slides.md"
        found = re.search(r"(BGP routing table entry for 103\.3\.174\.0/24.*?)```", slides.read_text(), re.S)
        text = self.directory / "slide.txt"
        text.write_text(found[1])
        loaded = summary(text)
        file = loaded["files"][0]
        self.assertEqual(("show_ip_bgp", 3, 31, 0), (file["format"], file["routes"], file["missing"], file["malformed"]))
        self.assertEqual(["line 1: 103.3.174.0/24: 34 paths announced, 3 found"], file["complaints"])
        paths = {route.path: route for route in routes(text).values()}
        self.assertEqual({"3356 3491 45352", "3549 3356 2914 45352", "20912 1267 45352"}, set(paths))
        self.assertEqual("3356:3 3356:86 3356:575 3356:666 3356:2011 3356:11940 3549:2581 3549:30840",
                         paths["3549 3356 2914 45352"].communities)
        shown = json.loads(run_weir("rib", text, "--address", "103.3.174.10", "--format", "json").stdout)
        self.assertEqual(3, len(shown["candidates"]))

    def test_table_and_entries_and_dump_of_one_router_agree(self):
        """The samples in testdata were captured from one FRR."""
        table, wide, entries = (routes(TESTDATA / "show_ip_bgp" / name) for name in
                                ("frr_table.txt", "frr_table_wide.txt", "frr_entries.txt"))
        self.assertEqual(18, len(entries))
        self.assertEqual(table, wide)
        essence = lambda all_routes: collections.Counter(
            (key[1], route.path, route.origin, route.next_hop, route.local_pref, route.med) for key, route in all_routes.items())
        self.assertEqual(essence(table), essence(entries))
        dumped = {key: route for key, route in routes(TESTDATA / "mrt/frr_rib.mrt").items() if ":" not in key[1]}
        # FRR dumps own routes as of peer 0.0.0.0, as it shows them.
        self.assertEqual(essence(entries), essence(dumped))
        learned = lambda all_routes: {key[:2]: route.communities for key, route in all_routes.items() if key[0].startswith("127.")}
        self.assertEqual(learned(entries), learned(dumped))


class Command(TestCase):
    def write(self, name, text):
        file = self.directory / name
        file.write_text(text)
        return file

    def test_list_of_prefixes(self):
        file = self.write("prefixes.csv", "prefix,as_path,communities\n10.0.0.0/8,64500 64501,64500:1 64500:2\n2001:db8::/32,64502\n")
        self.assertEqual("10.0.0.0/8\t64501:1\n2001:db8::/32\t64502:1\n", run_weir("rib", "--prefixes", file).stdout)

    def test_files_that_fail_leave_the_others(self):
        good = self.write("good.csv", "prefix,asn\n10.0.0.0/8,64500\n")
        done = run_weir("rib", "--prefixes", self.directory / "absent", good, self.write("bad", "nothing of use\n"))
        self.assertEqual(1, done.returncode)
        self.assertEqual("10.0.0.0/8\t64500:1\n", done.stdout)
        self.assertRegex(done.stderr, r"^weir: .*/absent: cannot be opened: No such file or directory\n"
                                      r"weir: .*/bad: neither MRT, nor the text of 'show ip bgp', nor a list")

    def test_together_is_one_source(self):
        first = self.write("first.csv", "prefix,asn\n10.0.0.0/8,64500\n11.0.0.0/8,64500\n")
        second = self.write("second.csv", "prefix,asn\n10.0.0.0/8,64501\n")
        self.assertEqual("10.0.0.0/8\t64501:1\n11.0.0.0/8\t64500:1\n",
                         run_weir("rib", "--prefixes", "--together", first, second).stdout)
        self.assertEqual("10.0.0.0/8\t64500:1,64501:1\n11.0.0.0/8\t64500:1\n",
                         run_weir("rib", "--prefixes", first, second).stdout)

    def test_packed_files_are_told_by_their_octets(self):
        text = b"prefix,asn\n" + b"".join(b"10.%d.%d.0/24,64500\n" % (i // 256, i % 256) for i in range(5000))
        half = len(text) // 2
        half = text.index(b"\n", half) + 1
        file = self.directory / "list.txt"
        file.write_bytes(gzip.compress(text[:half]) + gzip.compress(text[half:]))
        self.assertEqual(5000, summary(file)["prefixes4"])

    def test_usage(self):
        self.assertEqual(2, run_weir("rib").returncode)
        self.assertEqual(2, run_weir("rib", "--address", "nowhere", "/dev/null").returncode)
        self.assertEqual(2, run_weir("rib", "--prefixes", "--routes", "/dev/null").returncode)


class Daemons(TestCase):
    """Dumps and tables made now by what Debian has."""

    def start(self, *command, **arguments):
        process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, **arguments)

        def stop():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(10)
        self.addCleanup(stop)
        return process

    def test_bird_dump(self):
        self.need("bird", "birdc")
        control, dump = self.directory / "bird.ctl", self.directory / "bird.mrt"
        config = self.directory / "bird.conf"
        config.write_text("router id 192.0.2.1;\nprotocol device {}\n"
                          "protocol static { ipv4; route 10.0.0.0/8 blackhole { bgp_path.prepend(64501); bgp_path.prepend(64500); "
                          "bgp_community.add((64500,7)); }; route 192.0.2.0/24 blackhole { bgp_path.prepend(4200000001); }; }\n"
                          "protocol static { ipv6; route 2001:db8::/32 blackhole { bgp_path.prepend(64502); }; }\n")
        self.start("/usr/sbin/bird", "-f", "-c", config, "-s", control)
        wait_until(control.exists, "BIRD's socket")
        for table in ("master4", "master6"):
            # Into a file each: BIRD appends, and a dump runs in the background.
            subprocess.run(["/usr/sbin/birdc", "-s", control, f'mrt dump table "{table}" to "{dump}.{table}"'],
                           stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=20)
        dumps = [pathlib.Path(f"{dump}.{table}") for table in ("master4", "master6")]
        wait_until(lambda: all(file.exists() and file.stat().st_size > 60 for file in dumps), "BIRD's dumps")
        got = wait_until(lambda: (lambda text: text if text.count("\n") == 3 else None)(
            run_weir("rib", "--prefixes", *dumps).stdout), "three prefixes in BIRD's dumps")
        self.assertEqual("10.0.0.0/8\t64501:1\n192.0.2.0/24\t4200000001:1\n2001:db8::/32\t64502:1\n", got)
        self.assertEqual("64500:7", next(route for key, route in routes(*dumps).items() if key[1] == "10.0.0.0/8").communities)

    def test_frr_table_and_dump(self):
        self.need("vtysh")
        bgpd = pathlib.Path("/usr/lib/frr/bgpd")
        if not bgpd.exists():
            self.skipTest("frr is not installed (script/setup test)")
        os.chmod(self.directory, 0o755)
        config, dump = self.directory / "bgpd.conf", self.directory / "rib.mrt"
        config.write_text("router bgp 64500\n bgp router-id 192.0.2.1\n no bgp network import-check\n address-family ipv4 unicast\n"
                          "  network 10.0.0.0/8\n  network 203.0.113.128/25\n exit-address-family\n"
                          " address-family ipv6 unicast\n  network 2001:db8::/32\n exit-address-family\n"
                          f"dump bgp routes-mrt {dump} 1\n")
        # bgpd refuses a user it cannot become; it runs as whoever runs the test.
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
        self.start(bgpd, "-n", "-Z", "-S", "-u", user, "-g", group, "-p", str(harness.free_port()), "-l", "127.0.0.1",
                   "--vty_socket", self.directory, "-i", self.directory / "bgpd.pid", "-f", config, "-P", "0")

        def show(*command):
            done = subprocess.run(["vtysh", "--vty_socket", self.directory, "-c", " ".join(command)],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
            return done.stdout if done.returncode == 0 else ""
        wait_until(lambda: "203.0.113.128/25" in show("show ip bgp"), "FRR's table")
        wait_until(lambda: "2001:db8::/32" in show("show bgp ipv6 unicast"), "FRR's IPv6 table")
        table = self.directory / "table.txt"
        table.write_text(show("show ip bgp") + show("show bgp ipv6 unicast"))
        entries = self.directory / "entries.txt"
        entries.write_text(show("show ip bgp 10.0.0.0/8") + show("show ip bgp 203.0.113.128/25") +
                           show("show bgp ipv6 unicast 2001:db8::/32"))
        wanted = ["10.0.0.0/8", "203.0.113.128/25", "2001:db8::/32"]
        prefixes = lambda file: [line.split("\t")[0] for line in run_weir("rib", "--prefixes", file).stdout.splitlines()]
        self.assertEqual(wanted, prefixes(table))
        self.assertEqual(wanted, prefixes(entries))
        wait_until(lambda: dump.exists() and prefixes(dump) == wanted, "FRR's dump", limit=30)
