"""Builds with what is left of the processors while something else has to be quick."""
import contextlib
import os
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def step_back():
    """In the child: its session, and each of its processes, run only when nothing else wants to."""
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/autogroup").write_text("19")
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


@contextlib.contextmanager
def building(commands):
    """Runs script/build with each of `commands`, one after the other, until the block ends. What is compiled by then stays;
    a failure is not told here, because who needs the build builds it again."""
    script = "\n".join("script/build " + " ".join(words) for words in commands)
    child = subprocess.Popen(["bash", "-c", script], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=step_back)
    try:
        yield
    finally:
        # Ninja waits for the compilers it has started when it is interrupted, and removes what they had not finished.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
