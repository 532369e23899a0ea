# SPDX-License-Identifier: PostgreSQL
"""Runs every statement of claims.txt by the extended protocol and holds what the server says of it
against what stands below it. Prints TAP.

    claims.py SOCKET [--accept]

    RETURN $1 :: INT64 AS n; ..         the line: all but the last statement are only run. Each line is
                                        a transaction, which is rolled back, and its session begins anew
    [2] UNWIND [1, 2, 3] AS x RETURN x  .. whose rows are fetched two at a time

What may stand below it, each behind a tab:

    ($1 int8, $2 text)                  the types of the parameters, if there are any
    name int8, x varchar~9 of 2         the columns: what Describe of the statement says, before anything
                                        is bound; `~` a type modifier, `of` the number of a table's column
    -                                   .. or that it gives no rows
    | 1 | null                          a row as text; parameters are NULL
    ..                                  the portal is suspended
    NOTICE 01000 ..                     what was said beside it, with its hint
    SELECT 1                            the tag
    22012 @8 division by zero           or an error, `execute` behind its place if Parse and Bind took the
                                        statement; detail and hint below it

Describe of the portal must say the same as Describe of the statement. --accept writes what the server
says into the file; the diff is then reviewed like code.
"""
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "tck"), os.path.join(HERE, "..", "lib")]
import cases  # noqa: E402
import wire  # noqa: E402

FILE = os.path.join(HERE, "claims.txt")
TYPES = {16: "bool", 17: "bytea", 19: "name", 20: "int8", 21: "int2", 23: "int4", 25: "text", 26: "oid",
         114: "json", 700: "float4", 701: "float8", 1042: "bpchar", 1043: "varchar", 1082: "date",
         1083: "time", 1114: "timestamp", 1184: "timestamptz", 1186: "interval", 1266: "timetz",
         1700: "numeric", 2205: "regclass", 2278: "void", 2950: "uuid", 3802: "jsonb",
         1000: "bool[]", 1001: "bytea[]", 1005: "int2[]", 1007: "int4[]", 1009: "text[]",
         1015: "varchar[]", 1016: "int8[]", 1021: "float4[]", 1022: "float8[]", 1115: "timestamp[]",
         1182: "date[]", 1183: "time[]", 1185: "timestamptz[]", 1187: "interval[]", 1231: "numeric[]",
         1270: "timetz[]", 2951: "uuid[]", 3807: "jsonb[]"}


def type_name(oid):
    return TYPES.get(oid, str(oid))


def columns_of(body):
    """A RowDescription as one line."""
    columns, at = [], 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        end = body.index(b"\0", at)
        number, oid, _, modifier = struct.unpack("!HIhi", body[end + 5:end + 17])
        columns.append(body[at:end].decode() + " " + type_name(oid) + ("~%d" % modifier if modifier != -1 else "")
                       + (" of %d" % number if number else ""))
        at = end + 19
    return ", ".join(columns) or "no columns"


def parameters_of(body):
    oids = struct.unpack("!%dI" % ((len(body) - 2) // 4), body[2:])
    return "(%s)" % ", ".join("$%d %s" % (i + 1, type_name(oid)) for i, oid in enumerate(oids))


def error_lines(fields, phase):
    head = "%s @%s %s%s" % (fields["C"], fields.get("P", "-"), phase, fields["M"])
    return [head] + [fields[key] for key in "DH" if key in fields]


class Talk:
    """What the server says between two Syncs."""

    def __init__(self, connection):
        self.connection = connection
        self.lines, self.parameter_count, self.statement, self.portal = [], 0, None, None
        self.has_failed, self.is_suspended, self.phase = False, False, ""

    def describe(self, text):
        if self.statement is None:
            self.statement = text
            self.lines.append(text)
        elif self.portal is None:
            self.portal = text
            if text != self.statement:
                self.lines.append("the portal says: " + text)

    def take(self, kind, body):
        if kind == b"2":
            self.phase = "execute: "
        elif kind == b"t":
            self.parameter_count = struct.unpack("!H", body[:2])[0]
            if self.parameter_count > 0:
                self.lines.append(parameters_of(body))
        elif kind == b"T":
            self.describe(columns_of(body))
        elif kind == b"n":
            self.describe("-")
        elif kind == b"D":
            cells = ["null" if cell is None else cell for cell in wire.read_row(body)]
            self.lines.append("| " + " | ".join(cells))
        elif kind == b"s":
            self.lines.append("..")
            self.is_suspended = True
        elif kind == b"C":
            self.lines.append(body[:-1].decode())
        elif kind == b"N":
            fields = wire.read_fields(body)
            self.lines.append("%s %s %s" % (fields["S"], fields["C"], fields["M"]))
            self.lines += [fields[key] for key in "DH" if key in fields]
        elif kind == b"E":
            self.lines += error_lines(wire.read_fields(body), self.phase)
            self.has_failed = True

    def send(self, data):
        """Sends it and takes all that comes up to what is asked for last, or ReadyForQuery."""
        self.connection.send_raw(data + wire.message(b"H", b""))

    def until(self, kinds):
        while True:
            kind, body = self.connection.read_message()
            self.take(kind, body)
            if kind in kinds or self.has_failed:
                return

    def sync(self):
        self.connection.send_raw(wire.message(b"S", b""))
        while True:
            kind, body = self.connection.read_message()
            if kind == b"Z":
                return
            self.take(kind, body)


def answer(connection, statement, max_rows):
    talk = Talk(connection)
    talk.send(wire.message(b"P", b"\0" + statement.encode() + b"\0\0\0") + wire.message(b"D", b"S\0"))
    talk.until((b"T", b"n"))
    nulls = struct.pack("!i", -1) * talk.parameter_count
    bind = b"\0\0\0\0" + struct.pack("!H", talk.parameter_count) + nulls + b"\0\0"
    if not talk.has_failed:
        talk.send(wire.message(b"B", bind) + wire.message(b"D", b"P\0"))
        talk.until((b"T", b"n"))
    talk.is_suspended = True
    while talk.is_suspended and not talk.has_failed:
        talk.is_suspended = False
        talk.send(wire.message(b"E", b"\0" + struct.pack("!i", max_rows)))
        talk.until((b"C", b"s", b"I"))
    talk.sync()
    return talk.lines


def run(connection, statement):
    error = connection.run(statement).error
    if error:
        sys.exit("Bail out! %s: %s" % (statement, error))


def check(connection, line):
    max_rows = 0
    if line.startswith("["):
        number, line = line[1:].split("] ", 1)
        max_rows = int(number)
    statements = line.split("; ")
    run(connection, "BEGIN")
    for statement in statements[:-1]:
        run(connection, statement)
    lines = answer(connection, statements[-1], max_rows)
    run(connection, "ROLLBACK")
    run(connection, "DISCARD ALL")
    return ["\t" + said for text in lines for said in text.split("\n")]


def main():
    connection = wire.Connection(sys.argv[1], 20)
    return cases.play(FILE, lambda line: check(connection, line), "--accept" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
