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
sys.path.insert(0, os.path.join(HERE, "..", "tck"))
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


def read():
    """(line, [what stands below it]), comments too."""
    cases = []
    with open(FILE, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("\t"):
                cases[-1][1].append(line)
            else:
                cases.append((line, []))
    return cases


def main():
    accept = "--accept" in sys.argv
    connection = wire.Connection(sys.argv[1], 20)
    cases, text, number, failed = read(), [], 0, False
    print("1..%d" % sum(not line.startswith("#") for line, _ in cases))
    for line, shown in cases:
        text.append(line)
        if line.startswith("#"):
            continue
        number += 1
        found = check(connection, line)
        text += found or []
        is_ok = found is not None and (accept or found == shown)
        failed |= not is_ok
        print("%s %d - %s" % ("ok" if is_ok else "not ok", number, line.replace("#", "\\#")))
        if not is_ok:
            print("\n".join("# " + said for said in found or ["Parse takes it"]))
    if accept:
        with open(FILE, "w", encoding="utf-8") as file:
            file.write("\n".join(text) + "\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
