"""kill -9 at any moment: nothing is lost but the last two seconds, and nothing is corrupt."""
import random
import subprocess
import time

import capture
from harness import WEIR, TestCase
from load import PER_MESSAGE, NumberedLoad, address, number_of
from netflow import Exporter9, record

ROUNDS = 20
OLD_MS = 2 * 3_600_000  # half of the flows belong to an hour that is closed already
CONFIG = "store:\n  hot_time: 1m\n"


class Kill(TestCase):
    def test_twenty_rounds_under_load(self):
        config = self.directory / "weir.yaml"
        config.write_text(CONFIG)
        chance = random.Random(5)
        stored = {}
        worst = 0.0
        weir = self.weir("--config", config)
        for mark in range(1, ROUNDS + 1):
            load = NumberedLoad(weir.port, mark, old_ms=OLD_MS)
            time.sleep(2.0 + chance.uniform(0.2, 1.2))
            killed_at = time.monotonic()
            weir.kill()
            load.stop()
            must = load.sent_before(killed_at - 2.0)
            self.assertGreater(must, 0, "the load must have begun")
            weir = self.weir("--config", config)
            stored[mark] = kept = self.kept(weir, mark, must)
            self.hold(weir, stored, {mark, max(1, mark - 1)})
            lost_from = next((at for at, count in load.sent if count > kept), killed_at)
            worst = max(worst, killed_at - lost_from)
        self.hold(weir, stored, set(stored))
        self.hold_rollups(weir)
        self.assertEqual({}, weir.metrics().get("weir_store_alarm", {}))
        self.note(f"{ROUNDS} rounds, {sum(stored.values())} flows kept; the most that one kill cost: {worst:.2f} s")

    def kept(self, weir, mark, must):
        """How many flows of a round are there: all of the first ones, each once, and at least `must`."""
        numbers = sorted(number_of(row["dst_addr"]) for row in weir.rows(f"in if {mark}", by=["dst_addr"], start="-4h"))
        self.assertEqual(list(range(len(numbers))), numbers, "flows are missing in between, or came out of nowhere")
        self.assertGreaterEqual(len(numbers), must, "flows sent two seconds before the kill are lost")
        return len(numbers)

    def hold(self, weir, stored, marks):
        """What was there after the kill is there now: each flow once, and every byte."""
        for mark in marks:
            sums = weir.sums(f"in if {mark}", start="-4h")
            count = stored[mark]
            self.assertEqual({"flows": count, "packets": count, "bytes": sum(100 + i % 20 for i in range(count))}, sums)

    def hold_rollups(self, weir):
        """Sums that come from the rollups are the sums of the flows."""
        hour = 3_600_000
        end = (int(time.time() * 1000) // hour + 1) * hour
        span = {"start": end - 6 * hour, "end": end}
        answers = {}
        # No rollup has addresses: with a filter by them the totals come from the flows too.
        for by, text in (("in_if", ""), ("dst_addr", "dst_addr is known")):
            answer = weir.query(text, by=[by], top=1_000_000, **span)
            answers[by] = (answer["source"], [answer["total"][name] for name in ("bytes", "packets", "flows")])
        self.assertEqual("flows", answers["dst_addr"][0])
        self.assertNotEqual("flows", answers["in_if"][0], "a question over whole hours must read a rollup")
        self.assertEqual(answers["dst_addr"][1], answers["in_if"][1])


class KillWhileMoving(TestCase):
    COUNT = 60_000

    def test_the_cold_tier_is_whole_or_not_there(self):
        """An import moves hours to the cold tier as soon as they are stored. Killed at any moment of that, what was committed
        is there, each flow once."""
        now = int(time.time())
        exporter = Exporter9(now=now)
        messages = [(now, exporter.template())]
        for first in range(0, self.COUNT, PER_MESSAGE):
            ago = (first // PER_MESSAGE % 3 + 4) * 3_600_000
            messages.append((now, exporter.data(*(record(dst_addr=address(first + i), bytes=100, packets=1, ago_ms=ago)
                                                  for i in range(PER_MESSAGE)))))
        file = capture.write(self.directory / "hours.pcap", messages)
        whole = self.run_import(file, "whole", None)
        cut = [self.run_import(file, number, whole * (number + 1) / 9) for number in range(8)]
        self.note(f"a whole import takes {whole:.1f} s; flows kept after a kill within it: {cut}")
        self.assertLess(min(cut), self.COUNT, "no kill came early enough to show anything")

    def run_import(self, file, name, kill_after):
        """Imports into a directory of its own; gives how long it took, or how many flows are there after the kill."""
        data = self.directory / f"data-{name}"
        began = time.monotonic()
        process = subprocess.Popen([WEIR, "import", str(file), "--data", str(data)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(kill_after or 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        took = time.monotonic() - began
        weir = self.weir(data=data)
        numbers = sorted(number_of(row["dst_addr"]) for row in weir.rows(by=["dst_addr"], start="-8h"))
        self.assertEqual(list(range(len(numbers))), numbers)
        self.assertEqual({"flows": len(numbers), "packets": len(numbers), "bytes": 100 * len(numbers)}, weir.sums(start="-8h"))
        self.assertEqual({}, weir.metrics().get("weir_store_alarm", {}))
        if kill_after is None:
            self.assertEqual(self.COUNT, len(numbers))
            self.assertEqual(self.COUNT, weir.total("weir_store_cold_flows"))
            return took
        return len(numbers)
