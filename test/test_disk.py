"""A full disk and a damaged one: Weir says so, lives on, and keeps what is whole."""
import os
import pathlib
import re
import shutil
import subprocess
import time

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
        """A file that leaves this many octets free."""
        filler = self.disk / "filler"
        free = shutil.disk_usage(self.disk).free
        with open(filler, "ab") as file:
            file.write(bytes(max(0, free - leave)))
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

    def hours(self):
        """Flows of three closed hours, in the cold tier; gives the running Weir."""
        config = self.directory / "weir.yaml"
        config.write_text("store:\n  hot_time: 1m\n")
        weir = self.weir("--config", config)
        sender = Sender(weir.port)
        self.addCleanup(sender.close)
        exporter = Exporter9()
        sender.send(exporter.template())
        for hours_ago in (3, 4, 5):
            for _ in range(20):
                sender.send(exporter.data(*[record(in_if=hours_ago, ago_ms=hours_ago * 3_600_000)] * 20))
                time.sleep(0.001)
        wait_until(lambda: weir.total("weir_store_cold_flows") == 1200, "three hours in the cold tier", limit=60)
        return config, weir

    def damage(self, harm):
        config, weir = self.hours()
        self.assertEqual(0, weir.stop())
        files = sorted(pathlib.Path(self.data, "cold").rglob("*.parquet"))
        self.assertEqual(3, len(files), "a file for each hour")
        victim = files[1]
        harm(victim)
        weir = self.weir("--config", config)
        left = {row["in_if"]: int(row["flows"]) for row in weir.rows("src port 1000", by=["in_if"], start="-8h")}
        self.assertEqual(2, len(left), "the two whole hours answer")
        self.assertEqual({400}, set(left.values()))
        self.assertIn("partition_damaged", " ".join(weir.metrics().get("weir_store_alarm", {})))
        set_aside = [file for file in pathlib.Path(self.data, "damaged").rglob("*") if file.is_file()]
        self.assertNotEqual([], set_aside)
        self.assertIn(victim.name, weir.log() + " ".join(file.name for file in set_aside))
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
        config, weir = self.hours()
        self.assertEqual(0, weir.stop())
        sorted(pathlib.Path(self.data, "cold").rglob("*.parquet"))[1].unlink()
        weir = self.weir("--config", config)
        self.assertEqual(800, weir.sums("src port 1000", start="-8h")["flows"])
        self.assertIn("partition_damaged", " ".join(weir.metrics().get("weir_store_alarm", {})))

    def test_scribbled_over_in_the_middle(self):
        """Its length, beginning and end are right, its pages are not: no question may bring Weir down or wait for ever."""
        config, weir = self.hours()
        self.assertEqual(0, weir.stop())
        victim = sorted(pathlib.Path(self.data, "cold").rglob("*.parquet"))[1]
        with open(victim, "r+b") as handle:
            handle.seek(8)
            handle.write(bytes(range(256)) * (victim.stat().st_size // 512))
        weir = self.weir("--config", config)
        for _ in range(2):  # the first may be what finds it out
            done = run_weir("query", "src port 1000", "--server", weir.url, "--by", "in_if", "--from", "-8h", "--format", "json")
        self.assertIsNone(weir.process.poll(), weir.log()[-2000:])
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(800, sum(int(row["flows"]) for row in weir.rows("src port 1000", by=["in_if"], start="-8h")))
