# SPDX-License-Identifier: PostgreSQL
"""A server for the scenarios of one worker, in a folder of its own that nothing survives.

A scenario starts from an empty graph, and from an empty catalog too: the types that earlier
scenarios wrote would change what a column is. So a server that has been written to is thrown away
and the next scenario gets a new one, which takes some twenty milliseconds.
"""
import os
import shutil
import subprocess
import tempfile
import time

from wire import Connection, WireError

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "shared_buffers": "8MB",
    "wal_segment_size": "1MB",
    "statement_timeout": "20s",
    "standard_conforming_strings": "off",
    "graph.double_quoted_strings": "on",
    "TimeZone": "UTC",
    "ssl": "off",
}
STARTUP_SECONDS = 20
ANSWER_SECONDS = 40


class Server:
    running = set()
    stopped = False

    def __init__(self, quiverd):
        self.quiverd = quiverd
        parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.home = tempfile.mkdtemp(prefix="quiver-tck-", dir=parent)
        self.process = None
        self.connection = None
        Server.running.add(self)

    def connect(self):
        """The session to use; starts a server where none runs."""
        if self.connection is None:
            self.start()
        return self.connection

    def start(self):
        while Server.stopped:
            time.sleep(1)
        command = [self.quiverd, "-D", self.home + "/data", "-k", self.home, "-p", "5455"]
        for name, value in SETTINGS.items():
            command += ["-c", "%s=%s" % (name, value)]
        self.log = open(self.home + "/log", "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log)
        path = self.home + "/.s.PGSQL.5455"
        deadline = time.monotonic() + STARTUP_SECONDS
        while self.connection is None:
            try:
                self.connection = Connection(path, ANSWER_SECONDS)
            except (OSError, WireError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the server does not start:\n" + self.tail())
                time.sleep(0.002)

    def tail(self):
        with open(self.home + "/log", errors="replace") as log:
            return "".join(log.readlines()[-12:])

    def died(self):
        """How the server ended, or None if it runs: asked after a lost connection."""
        try:
            status = self.process.wait(1)
        except subprocess.TimeoutExpired:
            return None
        return "the server died with status %d: %s" % (status, self.tail().strip()[-300:])

    def discard(self):
        """Ends the server and forgets its data."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.log.close()
        shutil.rmtree(self.home + "/data", ignore_errors=True)
        for name in os.listdir(self.home):
            if name.startswith(".s."):
                os.unlink(os.path.join(self.home, name))

    def close(self):
        Server.running.discard(self)
        self.discard()
        shutil.rmtree(self.home, ignore_errors=True)
