"""Debian's Chromium without a window, driven through its debugging pipe: opens pages, reads them, takes pictures."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

OPTIONS = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
           # Several pages at once, and none of them is slower for being behind another.
           "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling"]


class Browser:
    """One process; its pages know nothing of each other (a browser context for each)."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="weir-browser-")
        hear_end, self.write = os.pipe()  # the browser reads commands from its descriptor 3
        self.read, tell_end = os.pipe()  # and writes answers to its descriptor 4
        options = [*OPTIONS, f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        self.process = subprocess.Popen(
            ["bash", "-c", 'exec "${@:3}" 3<&"$1" 4>&"$2"', "browser", str(hear_end), str(tell_end), "chromium", *options],
            pass_fds=(hear_end, tell_end), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(hear_end)
        os.close(tell_end)
        self.buffer = b""
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.kill()
        self.process.wait(10)
        os.close(self.read)
        os.close(self.write)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, session=None, limit=30, **parameters):
        """One command of the DevTools protocol; gives its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + limit
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self, end):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read], [], [], max(0, end - time.monotonic()))
            data = os.read(self.read, 1 << 20) if ready else b""
            if not data:
                raise AssertionError("the browser does not answer")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)


class Tab:
    """One page of a browser, with a profile of its own."""

    def __init__(self, browser, width=1440, height=1000):
        self.browser = browser
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.size(width, height)

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)

    def call(self, method, limit=30, **parameters):
        return self.browser.call(method, session=self.session, limit=limit, **parameters)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, script, limit=30):
        """The value of a JavaScript expression in the page, or of its promise."""
        answer = self.call("Runtime.evaluate", limit=limit, expression=script, returnByValue=True, awaitPromise=True)
        return answer["result"].get("value")

    def text(self):
        """What a person reads on the page."""
        return self.evaluate("document.body ? document.body.innerText : ''") or ""

    def picture(self, file):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(file, "wb") as out:
            out.write(base64.b64decode(data))
