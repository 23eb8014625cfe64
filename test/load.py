"""Numbered flows at a steady rate, from a thread of their own, with the time at which each was sent."""
import threading
import time

from harness import Sender
from netflow import Exporter9, record

PER_MESSAGE = 20


class NumberedLoad:
    """Sends flows 0, 1, 2 ... of a `mark` (the incoming interface). A flow's number is its destination address, so each
    can be asked for. Every other message holds flows that ended `old_ms` ago."""

    def __init__(self, port, mark, rate=10_000, old_ms=0):
        self.mark, self.rate, self.old_ms = mark, rate, old_ms
        self.sender, self.exporter = Sender(port), Exporter9()
        self.sent = []  # (monotonic time, number of flows sent by then)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.sender.send(self.exporter.template())
        self.thread.start()

    def run(self):
        number, began = 0, time.monotonic()
        end = began + 60
        while not self.stopping.is_set() and time.monotonic() < end:
            old = self.old_ms if number // PER_MESSAGE % 2 else 0
            message = self.exporter.data(*(record(dst_addr=address(number + i), in_if=self.mark, bytes=100 + i, packets=1,
                                                  ago_ms=old) for i in range(PER_MESSAGE)))
            try:
                self.sender.send(message)
            except OSError:  # refused: nobody listens any more
                break
            number += PER_MESSAGE
            self.sent.append((time.monotonic(), number))
            behind = began + number / self.rate - time.monotonic()
            if behind > 0:
                time.sleep(behind)

    def stop(self):
        self.stopping.set()
        self.thread.join()
        self.sender.close()

    def sent_before(self, moment):
        """How many flows were sent by this monotonic time."""
        return max((count for at, count in self.sent if at <= moment), default=0)


def address(number):
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def number_of(text):
    a, b, c = (int(part) for part in text.split(".")[1:])
    return a << 16 | b << 8 | c
