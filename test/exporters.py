"""Real exporters and collectors of Debian, each run to its end on loopback."""
import os
import pathlib
import signal
import subprocess
import time

import harness


def run(command, limit=60, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=limit, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def softflowd(directory, pcap, port, version):
    """Reads a capture and exports all its flows. version: 5, 9, 10 (IPFIX). Without its control socket, on which version
    1.1.0 sometimes waits for ever when it reads a file."""
    return run(["/usr/sbin/softflowd", "-d", "-r", pcap, "-n", f"127.0.0.1:{port}", "-v", version,
                "-p", directory / "softflowd.pid", "-c", "none"])


PMACCT = """
daemonize: false
pcap_savefile: {pcap}
plugin_buffer_size: 204800
plugin_pipe_size: 20480000
"""


def nfprobe(directory, pcap, port, version):
    """pmacctd's NetFlow and IPFIX exporter. version: 5, 9, 10."""
    config = directory / "nfprobe.conf"
    config.write_text(PMACCT.format(pcap=pcap) + f"""
plugins: nfprobe
aggregate: src_host, dst_host, src_port, dst_port, proto, tos
nfprobe_receiver: 127.0.0.1:{port}
nfprobe_version: {version}
""")
    return run(["/usr/sbin/pmacctd", "-f", config])


class Sfprobe:
    """pmacctd's sFlow exporter, sampling every packet. It waits at the end of the capture, because otherwise it gives its own
    exporting process two seconds, which a busy machine does not keep. It sends full datagrams only, and when it is asked to
    stop it sends some samples twice: so it is killed, and the few packets of the last datagram are not exported."""

    def __init__(self, directory, pcap, port):
        config = directory / "sfprobe.conf"
        config.write_text(PMACCT.format(pcap=pcap) + f"""
pcap_savefile_wait: true
plugins: sfprobe
sampling_rate: 1
sfprobe_receiver: 127.0.0.1:{port}
""")
        self.process = subprocess.Popen(["/usr/sbin/pmacctd", "-f", str(config)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def kill(self):
        """With its exporting process, which is in the same group."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


class Nfcapd:
    """nfdump's collector, writing one file into a directory."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir()
        self.port = harness.free_port()
        self.log = open(self.directory.with_suffix(".log"), "w")
        self.process = subprocess.Popen(
            ["/usr/bin/nfcapd", "-w", str(self.directory), "-p", str(self.port), "-b", "127.0.0.1", "-t", "86400",
             "-B", "4000000"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        time.sleep(0.5)  # it says nothing when it is ready
        if self.process.poll() is not None:
            raise AssertionError(f"nfcapd ended at once; see {self.log.name}")

    def stop(self):
        """Gives the file with the flows."""
        time.sleep(0.5)  # let it read what is in its socket
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()
        files = [file for file in sorted(self.directory.glob("nfcapd.2*"))]
        if len(files) != 1:
            raise AssertionError(f"nfcapd left {[file.name for file in self.directory.iterdir()]}")
        return files[0]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


def nfreplay(file, port, version):
    return run(["/usr/bin/nfreplay", "-r", file, "-H", "127.0.0.1", "-p", port, "-v", version])


def nfdump(file, *arguments):
    return run(["/usr/bin/nfdump", "-r", file, "-q", *arguments])
