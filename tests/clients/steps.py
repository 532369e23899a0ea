"""What the Python programs share: TAP output and the texts of the queries."""

import sys

CREATE = [
    "CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING, height FLOAT64, is_member BOOL,"
    " born DATE, seen TIMESTAMPTZ, token UUID, photo BYTES)",
    "CREATE EDGE LABEL KNOWS (since INT64)",
]
LONG_QUERY = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)"


class Tap:
    def __init__(self, driver):
        self.driver = driver
        self.count = 0
        self.failed = 0

    def ok(self, is_ok, promise, note=None):
        self.count += 1
        print(f"{'ok' if is_ok else 'not ok'} {self.count} - {self.driver}: {promise}")
        if not is_ok:
            self.failed += 1
            if note is not None:
                print(f"# {note!r}")

    def equal(self, got, expected, promise):
        self.ok(got == expected and type(got) is type(expected), promise, (got, expected))

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)
