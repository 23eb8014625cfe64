"""Runs programs made with GoogleTest and counts what they say."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import time


def run_program(program, environment, limit, shard=0, shards=1):
    """Runs one test program, or one shard of its tests; gives (seconds, exit status or None, output, its JSON report or
    None)."""
    report = pathlib.Path(f"{program}.{os.getpid()}.{shard}.json")
    if shards > 1:
        environment = {**environment, "GTEST_TOTAL_SHARDS": str(shards), "GTEST_SHARD_INDEX": str(shard)}
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


def run_programs(tally, label, programs, environment=None, limit=900, at_once=2, shards=None):
    """Runs test programs, some at once, and counts each of their tests. `shards` says of a program's name in how many parts
    its tests run; such a program comes first, so that nobody waits for its last part alone."""
    shards = shards or {}
    runs = [(program, shard, shards.get(program.name, 1)) for program in sorted(programs, key=lambda one: one.name not in shards)
            for shard in range(shards.get(program.name, 1))]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        results = pool.map(lambda run: run_program(run[0], environment or {}, limit, run[1], run[2]), runs)
        for (program, _, _), result in zip(runs, results):
            count(tally, label, program, result)
    if not programs:
        raise RuntimeError("there are no test programs")
