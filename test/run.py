#!/usr/bin/env python3
"""Builds and runs every test, step by step; script/test calls it when everything it needs is installed.

usage: test/run.py [--fuzz-seconds N] [STEP...]        without a step: all, in this order
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import build_ahead
import gtest_run
from tally import Tally

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Sanitizer builds take the folders whose faults a sanitizer sees: parsers and engines for ASan, threads for TSan.
ASAN = ["base", "flow", "receive", "decode", "bgp_wire", "bgp", "bgp_file", "bgp_session", "bgp_rpki", "query", "enrich",
        "store_duckdb", "serve", "serve_es", "query_report", "billing", "detect", "detect_mitigation"]
# The store's tests run inside DuckDB, whose locks ThreadSanitizer does not see: it takes them for misuse at the first test.
TSAN = ["base", "flow", "receive", "bgp", "bgp_session", "bgp_rpki", "collect", "serve"]
FUZZ = sorted(file.stem for file in (ROOT / "fuzz").glob("*_fuzz.cc"))
# Their tests take longest under a sanitizer, so they run in parts.
SHARDS = {"store_duckdb_test": 4, "bgp_test": 2, "serve_test": 2, "detect_test": 2}
# The embedded engine is not built with sanitizers: what it does with its own threads is not for us to judge.
SUPPRESSIONS = ROOT / "test/tsan.suppressions"


def build(preset, *targets):
    """script/build; its output is shown only when it fails. The folder it built in is what it prints last."""
    began = time.monotonic()
    done = subprocess.run([ROOT / "script/build", preset, *targets], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=3000)
    if done.returncode != 0:
        print(done.stdout[-12_000:], flush=True)
        raise RuntimeError(f"the {preset} build failed")
    print(f"   {time.monotonic() - began:6.1f} s  built: {preset}", flush=True)
    return ROOT / done.stdout.splitlines()[-1].removeprefix("build: ")


def test_programs(preset, folders=None):
    """The unit-test programs that a preset's configuration knows, as target names; some only, where `folders` says so."""
    directory = build(preset, "--configure-only")
    listed = subprocess.run(["ctest", "--test-dir", directory, "--show-only=json-v1"], capture_output=True, check=True)
    names = [test["name"] for test in json.loads(listed.stdout)["tests"]]
    missing = set(folders or []) - set(names)
    if missing:
        raise RuntimeError(f"no unit tests for {', '.join(sorted(missing))}")
    return [f"{name}_test" for name in names if folders is None or name in folders]


def counted(tally, name, command, limit, **options):
    """Runs a program that closes with 'N passed, N failed[, N skipped]' and counts that."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=limit, **options)
    found = re.findall(r"(\d+) passed, (\d+) failed", done.stdout)
    print("\n".join("   " + line for line in done.stdout.splitlines()[-20:]), flush=True)
    if found:
        tally.passing(int(found[-1][0]))
    for number in range(int(found[-1][1]) if found else 0):
        tally.failing(f"{name} ({number + 1})")
    if not found or (done.returncode != 0 and found[-1][1] == "0"):
        tally.failing(f"{name}: ended with status {done.returncode}")


# --------------------------------------------------------------------------------------------------------------- steps


def house(tally):
    counted(tally, "check-includes --self-test", [ROOT / "script/check-includes", "--self-test"], 120)
    done = subprocess.run([ROOT / "script/check-includes"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    print("\n".join("   " + line for line in done.stdout.splitlines()), flush=True)
    tally.passing() if done.returncode == 0 else tally.failing("check-includes")


def unit(tally):
    targets = test_programs("release")
    directory = build("release", "weir", *targets)
    gtest_run.run_programs(tally, "unit", [directory / name for name in targets])


def web(tally):
    """The unit tests of the user interface, by its own runner."""
    if not (ROOT / "web/package.json").is_file():
        raise RuntimeError("web/package.json is not there")
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch, "report.json")
        stamp, lock = ROOT / "web/node_modules/.weir-installed", ROOT / "web/package-lock.json"
        if not stamp.is_file() or stamp.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--silent"], cwd=ROOT / "web", stdin=subprocess.DEVNULL, check=True, timeout=600)
            stamp.touch()
        web_style(tally)
        done = subprocess.run(["npx", "vitest", "run", "--reporter=json", f"--outputFile={report}"], cwd=ROOT / "web",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=600)
        if not report.is_file():
            print(done.stdout[-4000:], flush=True)
            raise RuntimeError(f"vitest ended with status {done.returncode} and no report")
        tests = [test for file in json.loads(report.read_text())["testResults"] for test in file["assertionResults"]]
    for test in tests:
        if test["status"] == "passed":
            tally.passing()
        elif test["status"] == "failed":
            tally.failing(f"web {test['fullName']}")
            print("      " + "\n".join(test["failureMessages"])[:2000], flush=True)
        else:
            tally.skipping(f"web {test['fullName']}", f"marked {test['status']} in the source")
    if done.returncode != 0 and not any(test["status"] == "failed" for test in tests):
        print(done.stdout[-4000:], flush=True)
        tally.failing(f"web: vitest ended with status {done.returncode}")


def web_style(tally):
    """Biome and the TypeScript compiler find nothing."""
    for name, command in (("Biome", ["npx", "biome", "check", "."]), ("tsc", ["npx", "tsc", "--noEmit"])):
        done = subprocess.run(command, cwd=ROOT / "web", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=300)
        if done.returncode == 0:
            tally.passing()
        else:
            print(done.stdout[-4000:], flush=True)
            tally.failing(f"web: {name} complains")


def run_topic(weir, topic, limit=400):
    """One topic of the whole program in a process of its own, which is ended with all it started when it takes too long.
    Gives (its output, its report or None, how it ended)."""
    with tempfile.TemporaryDirectory() as scratch:
        report, output = pathlib.Path(scratch, "report.json"), pathlib.Path(scratch, "output")
        with open(output, "w") as file:
            child = subprocess.Popen([sys.executable, ROOT / "test/whole.py", "--weir", weir, "--report", report, topic],
                                     stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                ended = f"ended with status {child.wait(limit)}"
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                ended = f"took too long and was ended after {limit} s"
        told = json.loads(report.read_text()) if report.is_file() else None
        return output.read_text(errors="replace"), told, ended


# What the last steps build.
AHEAD = {"asan": ["asan", *(f"{name}_test" for name in ASAN)], "fuzz": ["asan", *FUZZ], "tsan": ["tsan", *(f"{name}_test" for name in TSAN)]}


def whole(tally, later=()):
    """The whole program. Topics wait more than they work, so three run at a time, and what the steps `later` have to build takes
    what is left; but the demo, which has to be quick, runs alone."""
    weir = build("release", "weir", "bgp_dump") / "weir"
    topics = sorted(file.stem.removeprefix("test_") for file in (ROOT / "test").glob("test_*.py"))
    alone = [topic for topic in topics if topic == "demo"]
    longest = ["bgp_peers", "kill", "bmp_peers"]
    rest = longest + sorted(set(topics) - set(alone) - set(longest))
    for group, at_once, ahead in ((alone, 1, []), (rest, 3, [AHEAD[step] for step in AHEAD if step in later])):
        with build_ahead.building(ahead), concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            for topic, (output, told, ended) in zip(group, pool.map(lambda one: run_topic(weir, one), group)):
                print(output.rstrip(), flush=True)
                if told is None:
                    tally.failing(f"whole {topic}: {ended}")
                    continue
                tally.passing(told["passed"])
                for name in told["failed"]:
                    tally.failing(f"whole {name}")
                for name, reason in told["skipped"]:
                    tally.skipping(f"whole {name}", reason)


def asan(tally):
    targets = test_programs("asan", ASAN)
    directory = build("asan", *targets)
    # Short stacks of allocations halve the time; who looks for a fault runs the one test without them. One seed of the oracle
    # does here: the release build takes more of them.
    gtest_run.run_programs(tally, "asan", [directory / name for name in targets], {
        "WEIR_ORACLE_SEEDS": "1",
        "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:malloc_context_size=3:quarantine_size_mb=64",
        "UBSAN_OPTIONS": "print_stacktrace=1"}, shards=SHARDS)


def tsan(tally):
    targets = test_programs("tsan", TSAN)
    directory = build("tsan", *targets)
    gtest_run.run_programs(tally, "tsan", [directory / name for name in targets], {
        "TSAN_OPTIONS": f"suppressions={SUPPRESSIONS}:halt_on_error=1:second_deadlock_stack=1"}, shards=SHARDS)


def fuzz(tally, seconds=10):
    counted(tally, "fuzz", [ROOT / "script/fuzz", "--seconds", str(seconds)], 3000)


STEPS = {"house": house, "unit": unit, "web": web, "whole": whole, "asan": asan, "tsan": tsan, "fuzz": fuzz}
TITLES = {
    "house": "house rules", "unit": "build, and unit tests", "web": "unit tests of the user interface",
    "whole": "the whole program", "asan": "unit tests under AddressSanitizer and UBSan", "tsan": "unit tests under ThreadSanitizer",
    "fuzz": "fuzz targets",
}


def main():
    parser = argparse.ArgumentParser(epilog="steps: " + " ".join(STEPS))
    parser.add_argument("--fuzz-seconds", type=int, default=10, help="for each target (default: 10)")
    parser.add_argument("steps", nargs="*", metavar="STEP")
    options = parser.parse_args()
    unknown = set(options.steps) - set(STEPS)
    if unknown:
        parser.error(f"no step {', '.join(sorted(unknown))}; steps: {' '.join(STEPS)}")
    tally = Tally()
    steps = options.steps or list(STEPS)
    more = {"fuzz": [options.fuzz_seconds], "whole": [steps]}
    for name in steps:
        tally.step(TITLES[name], lambda t, name=name: STEPS[name](t, *more.get(name, [])))
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
