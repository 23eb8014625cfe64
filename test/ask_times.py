"""How long questions take: the reports over a day of the demo, and query_bench's questions to the flows themselves. For script/bench."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import test_report
from harness import Weir, wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERTZ = os.sysconf("SC_CLK_TCK")
# Of the usual reports those that look at a day; the history of an address lists flows.
REPORTS = {name: more for name, more in test_report.REPORTS.items() if name != "conversation-history"}


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / HERTZ


def is_idle(pid, seconds=3):
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return cpu_seconds(pid) - before < 0.05 * seconds


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def time_report(weir, name, parameters, times):
    """The shortest of some runs in seconds of the clock, the processor seconds of one, and its outcome."""
    url = f"{weir.url}/api/v1/reports/{name}?{urllib.parse.urlencode(parameters)}"
    took, before = [], cpu_seconds(weir.process.pid)
    for _ in range(times):
        began = time.monotonic()
        with urllib.request.urlopen(url, timeout=300) as answer:
            outcome = json.load(answer)
        took.append(time.monotonic() - began)
    return min(took), (cpu_seconds(weir.process.pid) - before) / times, outcome


def report_rows(times=5):
    """A fresh demo with its past, without routers that still send: the same directory, served."""
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
        config = pathlib.Path(directory, "weir.yaml")
        config.write_text(test_report.CONFIG)
        data = pathlib.Path(directory, "data")
        with Weir(data, "--config", config, command="demo", ready=90) as demo:
            wait_until(lambda: "the past is told" in demo.log(), "the demo's past", limit=600, every=0.5)
            end = int(time.time() // 300 * 300)
            demo.stop(120)
        with Weir(data, "--config", config, ready=90) as weir:
            # The closed hours move to the cold tier, as they have on any server that runs for longer. The last two stay a while.
            wait_until(lambda: weir.total("weir_store_cold_flows") > 8 * weir.total("weir_store_hot_flows"), "closed hours", limit=600,
                       every=1)
            wait_until(lambda: is_idle(weir.process.pid), "the moving to be over", limit=600)
            flows = weir.total("weir_store_cold_flows") + weir.total("weir_store_hot_flows")
            rows = []
            for name, more in REPORTS.items():
                clock, cpu, outcome = time_report(weir, name, {"start": stamp(end - 86400), "end": stamp(end), **more}, times)
                sources = []
                for table in outcome["tables"]:
                    if table["source"] not in sources:
                        sources.append(table["source"])
                rows.append((name, clock, cpu, outcome["questions"], ", ".join(sources)))
            weir.stop(120)
    return int(flows), rows


def reports_table(measured):
    flows, rows = report_rows()
    lines = [f"{measured}: 24 hours of the demo, {flows:,} flows, in samples of five minutes, ten rows a table.", "",
             "| report | ms, the best of five | CPU s | questions | read from |", "|---|---:|---:|---:|---|"]
    lines += [f"| {name} | {1000 * clock:,.0f} | {cpu:.2f} | {questions} | {sources} |" for name, clock, cpu, questions, sources in rows]
    return "\n".join(lines)


def questions_run(directory, flows, tier):
    """What one run of query_bench says; the first makes the flows in the directory."""
    done = subprocess.run([ROOT / "build/query_bench", "--benchmark_format=json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          env={**os.environ, "WEIR_BENCH_FLOWS": str(flows), "WEIR_BENCH_DIR": str(directory), "WEIR_BENCH_TIER": tier},
                          text=True, timeout=7200)
    if done.returncode != 0:
        raise SystemExit(f"bench: build/query_bench failed in the {tier} tier")
    return {run["name"].split("/")[1]: run for run in json.loads(done.stdout)["benchmarks"]}


def questions_table(measured, flows, directory):
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as own:
        at = pathlib.Path(directory or own)
        tiers = {} if (at / "cold").exists() else {"hot": questions_run(at, flows, "hot")}
        tiers["cold"] = questions_run(at, flows, "cold")
    lines = [f"{measured}: {flows:,} flows.", "",
             "| question | hot tier, ms | CPU s | cold tier, ms | CPU s | read from |", "|---|---:|---:|---:|---:|---|"]
    for name, cold in tiers["cold"].items():
        cells = []
        for run in (tiers.get("hot", {}).get(name), cold):
            cells += [f"{run['real_time']:,.0f}", f"{run['cpu_time'] / 1000:.2f}"] if run else ["", ""]
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} | {cold.get('label', '')} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(reports_table("Measured") if "reports" in sys.argv else questions_table("Measured", 20_000_000, None))
