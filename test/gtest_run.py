"""Runs programs made with GoogleTest and counts what they say."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import time


def run_program(program, environment, limit):
    """Runs one test program; gives (seconds, exit status or None, output, its JSON report or None)."""
    report = pathlib.Path(f"{program}.{os.getpid()}.json")
    began = time.monotonic()
    try:
        done = subprocess.run([program, f"--gtest_output=json:{report}"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment},
                              timeout=limit, cwd=program.parent)
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as slow:
        status, output = None, slow.stdout or b""
    took = time.monotonic() - began
    try:
        parsed = json.loads(report.read_text(errors="replace"))
    except (OSError, ValueError):
        parsed = None
    report.unlink(missing_ok=True)
    return took, status, output.decode(errors="replace"), parsed


def skip_reason(output, name):
    """GoogleTest prints 'FILE:LINE: Skipped', the message, and then '[  SKIPPED ] Suite.Name'."""
    before = output.split(f"[  SKIPPED ] {name}")[0].rsplit(": Skipped\n", 1)
    return " ".join(before[1].split()) if len(before) == 2 else "no reason given"


def count(tally, label, program, result):
    took, status, output, parsed = result
    name = f"{label} {program.name}"
    bad = []
    passed = skipped = 0
    for suite in (parsed or {}).get("testsuites", []):
        for test in suite["testsuite"]:
            full = f"{suite['name']}.{test['name']}"
            if test.get("failures"):
                bad.append(full)
            elif test.get("result") == "SKIPPED":
                tally.skipping(f"{name} {full}", skip_reason(output, full))
                skipped += 1
            elif test.get("status") == "NOTRUN":
                tally.skipping(f"{name} {full}", "disabled in the source")
                skipped += 1
            else:
                passed += 1
    if not bad and (status != 0 or parsed is None):
        ended = "did not end in time" if status is None else f"ended with status {status}"
        running = re.findall(r"\[ RUN      \] (\S+)", output)
        bad.append(f"{ended}{' in ' + running[-1] if running else ''}")
    tally.passing(passed)
    for test in bad:
        tally.failing(f"{name} {test}")
    print(f"   {took:6.1f} s  {passed:4} passed {len(bad):3} failed {skipped:3} skipped   {program.name}", flush=True)
    if bad:
        lines = [line for line in output.splitlines() if not re.match(r"\[ +(RUN|OK) ", line)]
        print("\n".join("      " + line for line in lines[-80:]), flush=True)


def run_programs(tally, label, programs, environment=None, limit=300, at_once=2):
    """Runs test programs, some at once, and counts each of their tests."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        results = pool.map(lambda program: run_program(program, environment or {}, limit), programs)
        for program, result in zip(programs, results):
            count(tally, label, program, result)
    if not programs:
        raise RuntimeError("there are no test programs")
