# SPDX-License-Identifier: PostgreSQL
"""Sends Parse, and nothing after it, for every statement of errors.txt: each is refused there, with
the code, place, message, detail and hint that stand below it. Prints TAP.

    semantic.py SOCKET [--accept]

A line with "; " in it is more than one statement: all but the last are run, and undone afterwards.
--accept writes what the server says into the file; the diff is then reviewed like code.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "tck"), os.path.join(HERE, "..", "lib")]
import cases  # noqa: E402
import wire  # noqa: E402

FILE = os.path.join(HERE, "errors.txt")
UNDO = ("RESET ROLE",)


def run(connection, statement):
    error = connection.run(statement).error
    if error:
        sys.exit("Bail out! %s: %s" % (statement, error))


def parse(connection, statement):
    """What Parse alone answers: the fields of its error, or None."""
    connection.send_raw(wire.message(b"P", b"\0" + statement.encode() + b"\0\0\0")
                        + wire.message(b"S", b""))
    fields = None
    while True:
        kind, body = connection.read_message()
        if kind == b"E":
            fields = wire.read_fields(body)
        if kind == b"Z":
            return fields


def lines_of(fields):
    """An error as errors.txt has it."""
    lines = ["\t%s @%s %s" % (fields["C"], fields.get("P", "-"), fields["M"])]
    return lines + ["\t" + fields[key] for key in "DH" if key in fields]


def check(connection, line):
    """What is to stand below the line; None if Parse takes it."""
    statements = line.split("; ")
    for statement in statements[:-1]:
        run(connection, statement)
    fields = parse(connection, statements[-1])
    for statement in UNDO if len(statements) > 1 else ():
        run(connection, statement)
    return None if fields is None else lines_of(fields)


def main():
    connection = wire.Connection(sys.argv[1], 20)
    return cases.play(FILE, lambda line: check(connection, line), "--accept" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
