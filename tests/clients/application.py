"""What the Python programs share: the application's steps (README.md) over a driver's few calls.

A program makes a subclass of Application with what is its driver's own, and calls run(). What the
driver cannot do raises Skip("why").
"""

import datetime
import decimal
import os
import re
import sys
import threading
import time
import traceback
import uuid

SAMPLE = {
    "id": 1, "flag": True, "n": 4294967296123, "f": -0.25, "s": 'Zoë "q" \\ 雪', "b": b"\x00\xff'\\",
    "u": uuid.UUID("12345678-1234-5678-1234-567812345678"), "d": datetime.date(2024, 2, 29),
    "t": datetime.time(12, 34, 56, 789012), "ts": datetime.datetime(2024, 2, 29, 12, 34, 56, 789012),
    "tz": datetime.datetime(2024, 2, 29, 12, 34, 56, 789012, datetime.timezone.utc),
    "i": datetime.timedelta(days=2, hours=3, minutes=4, seconds=5), "ns": [1, -2, 3],
    "ss": ["a", 'b,"c"', ""], "m": decimal.Decimal("12.5"),
}
ROWS = [(i, f"n{i}") for i in range(1, 1001)]
STEPS = {
    "connect": "connects with TLS and SCRAM", "refusal": "is refused with a wrong password",
    "labels": "declares labels", "load": "loads 1000 nodes in bulk",
    "text": "takes parameters of every type in text",
    "binary": "takes parameters of every type in binary",
    "elements": "decodes a node, an edge and a path",
    "prepared": "runs a prepared statement ten times", "commit": "commits and rolls back",
    "retry": "tries again after 40001", "savepoint": "goes back to a savepoint",
    "cursor": "fetches 1000 rows piece by piece", "cancel": "cancels a long query",
    "notice": "receives a warning", "error": "tells SQLSTATE, position and constraint",
    "reconnect": "connects again after the session ended",
}


def text(name, mark=None):
    """A text of the application; mark replaces its $1, $2, … ("%s", ":p{}")."""
    query = os.environ["APP_" + name]
    if mark is None:
        return query
    return re.sub(r"\$(\d+)", lambda m: mark.format(m.group(1)), query.replace("%", "%%") if "%" in mark else query)


class Skip(Exception):
    pass


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"{got!r} is not {wanted!r}")


class Application:
    """Subclasses give: version, connection_string, Error (the driver's class), connect(password),
    query(connection, name, *parameters) -> rows, begin(connection, name), commit, rollback, code(error),
    and the steps that differ. A connection outside begin() commits by itself."""

    def __init__(self):
        self.failed = 0
        self.connection = None

    def query_text(self, connection, statement):
        raise NotImplementedError

    def code_of(self, call, *args):
        """The SQLSTATE that a call fails with."""
        try:
            call(*args)
        except self.Error as error:
            return self.code(error)
        return None

    # The steps, each over self.connection.

    def connect_step(self):
        self.connection = self.connect(os.environ["PGPASSWORD"])
        expect([tuple(row) for row in self.query(self.connection, "ONE")], [(1,)])

    def refusal_step(self):
        expect(self.code_of(self.connect, "wrong"), "28P01")

    def labels_step(self):
        for statement in text("LABELS").split(";"):
            self.query_text(self.connection, statement)

    def load_step(self):
        self.load(self.connection)
        expect([int(v) for v in self.query(self.connection, "COUNT")[0]], [1000, 500500])

    def check_sample(self, binary):
        self.sample_write(self.connection, binary)
        row = self.sample_read(self.connection, binary)
        for got, (key, wanted) in zip(row, SAMPLE.items()):
            if isinstance(got, memoryview):
                got = bytes(got)
            if got != wanted or type(got) is not type(wanted) and not isinstance(got, uuid.UUID):
                raise AssertionError(f"{key}: {got!r} is not {wanted!r}")
        expect(self.query(self.connection, "SAMPLE_TEXT")[0][0], text("SAMPLE_EXPECTED"))
        self.query(self.connection, "SAMPLE_DROP")

    def sample_write(self, connection, binary):
        self.query(connection, "SAMPLE", *SAMPLE.values())

    def sample_read(self, connection, binary):
        return self.query(connection, "SAMPLE_READ", 1)[0]

    def text_step(self):
        self.check_sample(False)

    def binary_step(self):
        self.check_sample(True)

    def elements_step(self):
        self.query(self.connection, "EDGE")
        node, edge, path = self.decode(self.query(self.connection, "ELEMENTS")[0])
        expect((node["labels"], node["properties"]["name"]), (["Person"], "n1"))
        expect((edge["label"], edge["properties"]["since"], edge["start"]), ("KNOWS", 1843, node["id"]))
        expect((len(path["nodes"]), len(path["edges"])), (2, 1))

    def decode(self, row):
        return row

    def prepared_step(self):
        expect([self.prepared(self.connection, i) for i in range(1, 11)], [f"n{i}" for i in range(1, 11)])

    def commit_step(self):
        self.begin(self.connection)
        self.query(self.connection, "PERSON", 2001, "gone")
        self.rollback(self.connection)
        self.begin(self.connection)
        self.query(self.connection, "PERSON", 2002, "stays")
        self.commit(self.connection)
        expect([len(self.query(self.connection, "NAME", i)) for i in (2001, 2002)], [0, 1])

    def retry_step(self):
        other = self.connect(os.environ["PGPASSWORD"])
        failures = []
        for attempt in range(3):
            try:
                self.begin_repeatable(self.connection)
                self.query(self.connection, "VISITS")
                if attempt == 0:
                    self.query(other, "VISIT")
                self.query(self.connection, "VISIT")
                self.commit(self.connection)
                break
            except self.Error as error:
                failures.append(self.code(error))
                self.rollback(self.connection)
        self.close(other)
        expect(failures, ["40001"])
        expect(self.query(self.connection, "VISITS")[0][0], 2)

    def begin_repeatable(self, connection):
        self.query_text(connection, text("REPEATABLE"))

    def savepoint_step(self):
        self.begin(self.connection)
        self.query(self.connection, "PERSON", 2003, "stays")
        self.query_text(self.connection, "SAVEPOINT here")
        expect(self.code_of(self.query, self.connection, "DUPLICATE"), "23505")
        self.query_text(self.connection, "ROLLBACK TO SAVEPOINT here")
        self.commit(self.connection)
        expect(len(self.query(self.connection, "NAME", 2003)), 1)

    def cursor_step(self):
        expect(list(self.pieces(self.connection)), [i for i, _ in ROWS])

    def cancel_step(self):
        timer = threading.Timer(0.3, self.cancel, (self.connection,))
        timer.start()
        expect(self.code_of(self.query, self.connection, "LONG"), "57014")
        timer.join()
        self.rollback(self.connection)
        expect(self.query(self.connection, "ONE")[0][0], 1)

    def notice_step(self):
        expect("25P01" in [str(c) for c in self.notices(self.connection)], True)

    def error_step(self):
        for name, wanted in (("SYNTAX", ("42601", 20, None)), ("DUPLICATE", ("23505", None, "Person_pkey"))):
            try:
                self.query(self.connection, name)
                raise AssertionError(f"{name} did not fail")
            except self.Error as error:
                expect(self.diagnosis(error), wanted)
                self.rollback(self.connection)

    def reconnect_step(self):
        self.query_text(self.connection, text("IDLE"))
        time.sleep(0.5)
        try:
            self.query(self.connection, "ONE")
            raise AssertionError("the session did not end")
        except self.Error:
            self.connection = self.connect(os.environ["PGPASSWORD"])
        expect(self.query(self.connection, "ONE")[0][0], 1)

    def run(self):
        print(f"# version {self.version}")
        print(f"# connection {self.connection_string}")
        for number, (name, promise) in enumerate(STEPS.items(), 1):
            try:
                getattr(self, name + "_step")()
                print(f"ok {number} - {promise}", flush=True)
            except Skip as why:
                print(f"ok {number} - {promise} # SKIP {why}", flush=True)
            except Exception:  # whatever it is, it is this step's failure
                self.failed += 1
                print(f"not ok {number} - {promise}")
                print("# " + traceback.format_exc(limit=-3).replace("\n", "\n# "), flush=True)
                if self.connection is None:
                    break
        print(f"1..{len(STEPS)}")
        sys.exit(1 if self.failed else 0)
