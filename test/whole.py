#!/usr/bin/env python3
"""Runs tests of the whole program: one file test_NAME.py for each topic.

usage: test/whole.py [--weir FILE] [--report FILE] [-v] [NAME[.Class[.test]]...]     without names: all

Prints one line for each test with its time; --report writes the counts as JSON for script/test.
"""
import argparse
import json
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class Lines(unittest.TestResult):
    """One line for each test, when it has ended."""

    def __init__(self):
        super().__init__()
        self.passed = []
        self.notes = {}
        self.broken = []

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def say(self, test, outcome, detail=""):
        took = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"   {took:6.1f} s  {outcome:7} {short(test)}", flush=True)
        for line in detail.rstrip().splitlines():
            print(f"      {line}", flush=True)

    def addSuccess(self, test):
        self.passed.append(short(test))
        self.say(test, "passed", "\n".join(getattr(test, "notes", [])))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, "skipped", reason)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.broken.append(short(test))
        self.say(test, "FAILED", self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self.broken.append(short(test))
        self.say(test, "FAILED", self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.broken.append(short(subtest))
            self.say(subtest, "FAILED", "".join(self._exc_info_to_string(error, test)))


def short(test):
    return test.id().removeprefix("test_")


def topics():
    return sorted(file.stem.removeprefix("test_") for file in HERE.glob("test_*.py"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weir", default=os.environ.get("WEIR", str(HERE.parent / "build/weir")))
    parser.add_argument("--report")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    os.environ["WEIR"] = os.path.abspath(options.weir)
    sys.path.insert(0, str(HERE))
    result = Lines()
    unittest.defaultTestLoader.loadTestsFromNames([f"test_{name}" for name in options.names or topics()]).run(result)
    if options.report:
        pathlib.Path(options.report).write_text(json.dumps({
            "passed": len(result.passed), "failed": result.broken,
            "skipped": [(short(test), reason) for test, reason in result.skipped]}))
    print(f"   {len(result.passed)} passed, {len(result.broken)} failed, {len(result.skipped)} skipped", flush=True)
    return 1 if result.broken or not (result.passed or result.skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
