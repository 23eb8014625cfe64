"""`weir decode` on captures of real routers, against what independent decoders say of them."""
import collections
import json
import pathlib
import subprocess
import sys

import harness
from harness import TestCase, run_weir
from tshark_times import record_times


class DecodeSequences(TestCase):
    def setUp(self):
        super().setUp()
        self.shared = self.need_shared_data()
        self.sequences = json.loads((self.shared / "flows/sequences.json").read_text())["sequences"]

    def decode(self, sequence, *options):
        return run_weir("decode", *options, self.shared / sequence["pcap"], limit=120)

    def check(self, *checker):
        done = subprocess.run([sys.executable, *checker, self.shared, harness.WEIR], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=280)
        for line in done.stdout.splitlines():
            self.note(line)
        return done

    def test_counts_and_values(self):
        """The checker that came with the captures: counts on all, values against tshark's.

        As it came it compares IPv6 flows by the 0.0.0.0 that some exporters put into their IPv4 fields. So its own totals
        are printed, its counts must agree, and with that one correction everything must.
        """
        checker = self.shared.parent / "tools/check_decode.py"
        as_it_came = self.check(checker)
        self.assertRegex(as_it_came.stdout, r"counted (\d+), count agrees \1, ")
        corrected = self.check(pathlib.Path(__file__).with_name("check_decode_v6.py"), checker)
        self.assertEqual(0, corrected.returncode, corrected.stdout + corrected.stderr)

    def test_times(self):
        """flow_start and flow_end of every record, against tshark's decoding of the same record."""
        compared = agree = 0
        bad = []
        for sequence in self.sequences:
            path = sequence["expected"].get("tshark")
            if not path or not sequence.get("consensus"):
                continue
            wanted = record_times(self.shared / path)
            if not wanted:
                continue
            got = collections.Counter()
            for line in self.decode(sequence).stdout.splitlines():
                row = json.loads(line)
                got[(row.get("src_addr"), row.get("dst_addr"), row.get("flow_start"), row.get("flow_end"))] += 1
            missing = 0
            for record in wanted:
                compared += 1
                if got[record] > 0:
                    got[record] -= 1
                    agree += 1
                else:
                    missing += 1
            if missing:
                example = next(record for record in wanted if got[record] <= 0)
                bad.append(f"{sequence['name']}: {missing} of {len(wanted)} times differ, e.g. {example}")
        self.note(f"times: {compared} records compared, {agree} agree")
        self.assertGreater(compared, 1000)
        self.assertEqual([], bad)

    def test_negative_sequences_give_no_flow_and_no_crash(self):
        """Where independent tools still read records out of a broken message, at most those."""
        negative = [sequence for sequence in self.sequences if sequence["kind"] == "negative"]
        self.assertGreater(len(negative), 0)
        for sequence in negative:
            with self.subTest(sequence["name"]):
                done = self.decode(sequence)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                readable = 0 if sequence["consensus"] else sequence["expected_flow_count"]
                self.assertLessEqual(done.stdout.count("\n"), readable)

    def test_every_line_is_json_with_known_names(self):
        names = {column for column in reference_columns()}
        for sequence in self.sequences:
            for line in self.decode(sequence).stdout.splitlines():
                unknown = set(json.loads(line)) - names
                self.assertEqual(set(), unknown, sequence["name"])

    def test_stats(self):
        """--stats gives totals as JSON that agree with the records."""
        sequence = max(self.sequences, key=lambda one: one["expected_flow_count"] if one.get("consensus") else 0)
        totals = json.loads(self.decode(sequence, "--stats").stdout)
        records = self.decode(sequence).stdout.count("\n")
        self.assertIn(records, [value for value in flatten(totals) if isinstance(value, int)])


def flatten(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from flatten(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from flatten(inner)
    else:
        yield value


def reference_columns():
    """The names in the table of columns."""
    import re
    text = (harness.ROOT / "src/flow/columns.h").read_text()
    return re.findall(r"^  X\((\w+),", text, re.M)
