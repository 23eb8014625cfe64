"""A full disk and a damaged one: Weir says so, lives on, and keeps what is whole."""
import errno
import os
import pathlib
import re
import shutil
import subprocess
import time

import capture
from harness import Sender, TestCase, run_weir, wait_until
from load import NumberedLoad
from netflow import Exporter9, record

MIB = 1 << 20


class FullDisk(TestCase):
    """On a small tmpfs of its own; mounting it needs root."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        self.disk = self.directory / "disk"
        self.disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", str(self.disk)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"cannot mount a tmpfs here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        self.data = self.disk / "data"
        self.config = self.directory / "weir.yaml"
        self.config.write_text("store:\n  disk_reserve: 64MiB\n")

    def fill(self, leave):
        """A file that leaves this many octets free, or fewer where the program under test takes some meanwhile."""
        filler = self.disk / "filler"
        free = shutil.disk_usage(self.disk).free
        try:
            with open(filler, "ab", buffering=0) as file:
                file.write(bytes(max(0, free - leave)))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        return filler

    def alarms(self, weir):
        return set(re.findall(r'alarm="([^"]*)"', " ".join(weir.metrics().get("weir_store_alarm", {}))))

    def test_alarm_then_life_then_resume(self):
        weir = self.weir("--config", self.config)
        sender, exporter = Sender(weir.port), Exporter9()
        self.addCleanup(sender.close)
        sender.send(exporter.template(), exporter.data(record(in_if=1)))
        weir.wait_for_flows(1)
        filler = self.fill(leave=32 * MIB)  # below the reserve
        wait_until(lambda: "disk_full" in self.alarms(weir), "the alarm", limit=30)
        sender.send(exporter.data(*[record(in_if=2)] * 10))
        wait_until(lambda: weir.total("weir_exporter_flows_total") == 11, "flows to be counted although none is stored")
        time.sleep(2)
        self.assertEqual(1, weir.sums()["flows"], "what was stored before can still be asked for")
        self.assertEqual(10, weir.total("weir_exporter_flows_not_stored_total"))
        filler.unlink()
        wait_until(lambda: "disk_full" not in self.alarms(weir), "the alarm to end", limit=30)
        sender.send(exporter.data(record(in_if=3, bytes=333)))
        wait_until(lambda: weir.sums("in if 3")["bytes"] == 333, "storing to resume")
        self.assertEqual(0, weir.stop())
        self.assertEqual(2, self.weir("--config", self.config).sums()["flows"])

    def test_not_one_octet_left(self):
        """The disk fills up at once, in the middle of the load, to the last octet."""
        weir = self.weir("--config", self.config)
        load = NumberedLoad(weir.port, mark=1, rate=5000)
        self.addCleanup(load.stop)
        weir.wait_for_flows(2000)
        filler = self.fill(leave=0)
        wait_until(lambda: self.alarms(weir), "an alarm", limit=30)
        time.sleep(3)
        self.assertIsNone(weir.process.poll(), weir.log()[-2000:])
        weir.sums()
        filler.unlink()
        wait_until(lambda: not self.alarms(weir), "the alarm to end", limit=40)
        before = weir.sums()["flows"]
        wait_until(lambda: weir.sums()["flows"] > before + 2000, "storing to resume", limit=30)
        load.stop()
        self.assertEqual(0, weir.stop())
        again = self.weir("--config", self.config)
        total, by_flow = again.sums(), again.rows(by=["dst_addr"])
        self.assertEqual(total["flows"], len(by_flow), "a flow is there twice")


class Damage(TestCase):
    """One part of the cold tier is cut short: it is set aside and named, and the rest answers."""

    def setUp(self):
        super().setUp()
        now = int(time.time())
        exporter = Exporter9(now=now)
        messages = [(now, exporter.template())]
        for hours_ago in (3, 4, 5):
            for _ in range(20):
                messages.append((now, exporter.data(*[record(in_if=hours_ago, ago_ms=hours_ago * 3_600_000)] * 20)))
        done = run_weir("import", capture.write(self.directory / "three-hours.pcap", messages), "--data", self.data)
        self.assertEqual(0, done.returncode, done.stderr)
        files = sorted(pathlib.Path(self.data, "cold").rglob("*.parquet"))
        self.assertEqual(3, len(files), "a file for each hour")
        self.victim = files[1]

    def damage(self, harm):
        harm(self.victim)
        weir = self.weir()
        left = {row["in_if"]: int(row["flows"]) for row in weir.rows("src port 1000", by=["in_if"], start="-8h")}
        self.assertEqual({3: 400, 5: 400}, left, "the two whole hours answer")
        self.assertIn("partition_damaged", " ".join(weir.metrics().get("weir_store_alarm", {})))
        self.assertIn(self.victim.name, weir.log())
        set_aside = [file for file in pathlib.Path(self.data, "damaged").rglob("*") if file.is_file()]
        self.assertNotEqual([], set_aside)
        self.assertEqual(0, weir.stop())

    def test_truncated(self):
        self.damage(lambda file: os.truncate(file, file.stat().st_size // 2))

    def test_empty(self):
        self.damage(lambda file: os.truncate(file, 0))

    def test_overwritten_at_its_end(self):
        def harm(file):
            with open(file, "r+b") as handle:
                handle.seek(file.stat().st_size - 64)
                handle.write(bytes(60))
        self.damage(harm)

    def test_gone(self):
        """A file that is not there cannot be set aside, but it is named, and the rest answers."""
        self.victim.unlink()
        weir = self.weir()
        self.assertEqual(800, weir.sums("src port 1000", start="-8h")["flows"])
        self.assertIn("partition_damaged", " ".join(weir.metrics().get("weir_store_alarm", {})))

    def test_scribbled_over_in_the_middle(self):
        """Its length, beginning and end are right, its pages are not: no question may bring Weir down or wait for ever."""
        with open(self.victim, "r+b") as handle:
            handle.seek(8)
            handle.write(bytes(range(256)) * (self.victim.stat().st_size // 512))
        weir = self.weir()
        ask = lambda: run_weir("query", "src port 1000", "--server", weir.url, "--by", "in_if", "--from", "-8h")
        ask()  # this one may be what finds it out
        wait_until(lambda: ask().returncode == 0, "the file to be set aside", limit=30, every=1)
        self.assertIsNone(weir.process.poll(), weir.log()[-2000:])
        self.assertEqual({3: 400, 5: 400}, {row["in_if"]: int(row["flows"])
                                            for row in weir.rows("src port 1000", by=["in_if"], start="-8h")})
