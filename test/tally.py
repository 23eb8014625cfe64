"""What came of the tests: counts, reasons for what was skipped, names of what failed, and how long each step took."""
import time


class Tally:
    def __init__(self):
        self.passed = 0
        self.failures = []  # names
        self.skips = []  # (name, reason)
        self.steps = []  # (title, seconds, passed, failed, skipped)

    def passing(self, count=1):
        self.passed += count

    def failing(self, name):
        self.failures.append(name)

    def skipping(self, name, reason):
        self.skips.append((name, reason))

    def step(self, title, run):
        """Runs one step, which counts on this tally, and prints what it came to. A step that breaks is a failure."""
        before = (self.passed, len(self.failures), len(self.skips))
        print(f"\n== {title}", flush=True)
        began = time.monotonic()
        try:
            run(self)
        except Exception as error:  # the rest of the steps must still run and be counted
            print(f"   {type(error).__name__}: {error}", flush=True)
            self.failing(f"{title}: {error}")
        took = time.monotonic() - began
        counts = (self.passed - before[0], len(self.failures) - before[1], len(self.skips) - before[2])
        self.steps.append((title, took, *counts))
        print(f"   {took:.1f} s: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped", flush=True)
        return counts[1] == 0

    def report(self):
        """The table of steps, the reasons, and the closing line; gives the exit status."""
        print("\n== in all")
        for title, took, passed, failed, skipped in self.steps:
            print(f"   {took:7.1f} s  {passed:5} passed {failed:3} failed {skipped:3} skipped   {title}")
        if self.skips:
            print("\nSkipped:")
            for name, reason in self.skips:
                print(f"   {name}: {reason}")
        if self.failures:
            print("\nFailed:")
            for name in self.failures:
                print(f"   {name}")
        print(f"\n{self.passed} passed, {len(self.failures)} failed, {len(self.skips)} skipped", flush=True)
        return 0 if self.passed and not self.failures else 1
