# SPDX-License-Identifier: PostgreSQL
"""Runs what docs/language.md shows, and holds it to what the server says. Prints TAP.

    manual.py --psql PATH --pgbench PATH [--accept]

libpq's variables point at an empty server. Four things are run, in the order of the page:

    ```            a session of psql: statements, each ended by ";" at a line's end, and what psql
                   prints for them. A block that begins with another word (```text) is not run.
    | function | also | what it gives | example | value |
                   RETURN example gives value
    | code | raised for | example |
                   the statement fails with that SQLSTATE
    | you know | here |  and  | you know | what is said | here |
                   the first statement works where `here` is "works"; else it fails, with the text
                   of the middle column among what it says, and the one in the last column works

--accept writes what the server says into the page instead; the diff is then reviewed like code. At
the end all statements that do not fail, in the order of the page, go through pgbench's prepared
mode, against the server that --pgbench-port names (an empty one too).
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "language.md")
STATEMENT = re.compile(r"^(?!LINE \d)(?:[A-Z]{2,}[ ;({]|[A-Z]{2,}$|\\|\{)")
MARK = "@@@"


class Block:
    """A session of psql, from line `first` up to but without line `end`."""

    def __init__(self, first, lines):
        self.first, self.shown = first, lines
        self.input, self.data, in_statement, in_data = [], {}, False, False
        for line in lines:
            if not in_statement and not in_data and not STATEMENT.match(line):
                continue
            self.input.append(line)
            if in_data:
                copy.append(line)
                in_data = line != "\\."
                continue
            in_statement = not line.endswith(";") and not line.startswith("\\")
            in_data = not in_statement and "FROM STDIN" in line
            copy = self.data.setdefault(line, []) if in_data else None
        self.end = first + len(lines)

    def with_data(self, printed):
        """What psql printed, and behind each COPY the data that it does not print."""
        return [line for one in printed for line in [one] + self.data.get(one, [])]


def cells(line):
    """The columns of a table's row, with \\| for a bar."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def code(cell):
    """The text between backticks."""
    found = re.match(r"^`` ?(.*?) ?``$|^`(.*)`$", cell)
    return (found.group(1) or found.group(2)) if found else cell


def read(lines):
    """What is to be run, in order: ("block", Block), (kind, line number, columns)."""
    items, head, at = [], None, 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = lines.index("```", at + 1)
            if line == "```":
                items.append(("block", Block(at + 1, lines[at + 1:end])))
            at = end + 1
            continue
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells(line)
        elif not set(line) <= set("|- "):
            kind = {"function": "function", "code": "error", "you know": "known"}.get(head[0])
            if kind:
                items.append((kind, at, cells(line)))
        at += 1
    return items


def run_psql(psql, text, *options):
    done = subprocess.run([psql, "-X", "-q", *options], input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # Headers end in blanks, the page's lines do not.
    return re.sub(r" +$", "", done.stdout, flags=re.M)


def run_blocks(psql, blocks):
    """What psql prints for each block; one session runs them all."""
    text = "\\set VERBOSITY verbose\n"
    for block in blocks:
        text += "\n".join(block.input) + "\n\\echo %s\n" % MARK
    printed = run_psql(psql, text, "-a").split("\\echo %s\n%s\n" % (MARK, MARK))
    printed[0] = printed[0].split("\n", 1)[1]
    return [block.with_data(part.rstrip("\n").split("\n")) for block, part in zip(blocks, printed)]


def say(psql, statement, *options):
    """What psql prints for one statement."""
    return run_psql(psql, "\\set VERBOSITY verbose\n%s;\n" % statement, *options).rstrip("\n")


def check_known(psql, columns):
    """The newcomers' table: None, or in what a row is wrong."""
    tried, answer = say(psql, code(columns[0])), code(columns[-1])
    if answer == "works":
        return "fails: " + tried if "ERROR:" in tried else None
    if "ERROR:" not in tried:
        return "it does not fail"
    if len(columns) > 2 and code(columns[1]) not in tried:
        return "it says: " + tried
    better = say(psql, answer)
    return "what it names instead fails: " + better if "ERROR:" in better else None


def check_row(psql, kind, columns):
    if kind == "known":
        return check_known(psql, columns)
    if kind == "error":
        printed = say(psql, code(columns[2]))
        return None if "%s: " % code(columns[0]) in printed else "it says: " + printed
    if len(columns) < 5 or not columns[3]:
        return "there is no example"
    printed = say(psql, "RETURN " + code(columns[3]), "-At")
    return None if printed == code(columns[4]) else "it gives: " + printed


def accept_function(psql, columns):
    columns = (columns + ["", ""])[:5]
    if columns[3]:
        printed = say(psql, "RETURN " + code(columns[3]), "-At")
        columns[4] = "`%s`" % printed if printed else ""
    return "| %s |" % " | ".join(cell.replace("|", "\\|") for cell in columns)


def for_pgbench(items, outputs):
    """All statements that work and that pgbench can send."""
    script = []
    for block, printed in outputs:
        text = "\n".join(block.input)
        if "ERROR:" in "\n".join(printed) or "\\" in text or "STDIN" in text or "STDOUT" in text:
            continue
        script += block.input
    for item in items:
        if item[0] == "function" and len(item[2]) > 3 and item[2][3]:
            script.append("RETURN %s;" % code(item[2][3]))
        if item[0] == "known":
            statement = code(item[2][0] if item[2][-1] == "works" else item[2][-1])
            if not re.search(r"\[\w*:\w|\(\w*:\w|^\\|STD(IN|OUT)", statement):
                script += [statement + ";"] + ["ROLLBACK;"] * (statement == "BEGIN")
    return "\n".join(script) + "\n"


def run_pgbench(pgbench, port, script):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run([pgbench, "-n", "-M", "prepared", "-t", "1", "-p", port, "-f",
                               file.name], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    return None if done.returncode == 0 and "number of failed" in done.stdout else done.stdout


def report(number, name, fault):
    print("%s %d - %s" % ("ok" if fault is None else "not ok", number, name))
    for line in (fault or "").split("\n"):
        if line:
            print("# " + line)


def differing(block, printed):
    if block.shown == printed:
        return None
    return "\n".join(["the page has:"] + block.shown + ["psql prints:"] + printed)


def accept(lines, items, outputs, psql):
    for item in items:
        if item[0] == "function":
            lines[item[1]] = accept_function(psql, item[2])
    for block, printed in reversed(outputs):
        lines[block.first:block.end] = printed
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--psql", required=True)
    parser.add_argument("--pgbench", required=True)
    parser.add_argument("--pgbench-port", required=True)
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args()
    with open(PAGE, encoding="utf-8") as page:
        lines = page.read().rstrip("\n").split("\n")
    items = read(lines)
    blocks = [item[1] for item in items if item[0] == "block"]
    rows = [item for item in items if item[0] != "block"]
    outputs = list(zip(blocks, run_blocks(options.psql, blocks)))
    if options.accept:
        accept(lines, items, outputs, options.psql)
    faults = [("line %d" % (block.first + 1), None if options.accept else differing(block, printed))
              for block, printed in outputs]
    for kind, at, columns in rows:
        is_new = options.accept and kind == "function"
        faults.append(("line %d, %s %s" % (at + 1, kind, columns[0]),
                       None if is_new else check_row(options.psql, kind, columns)))
    faults.append(("everything through pgbench -M prepared" if options.pgbench else
                   "everything through pgbench # SKIP pgbench is not installed",
                   run_pgbench(options.pgbench, options.pgbench_port, for_pgbench(items, outputs))
                   if options.pgbench else None))
    print("1..%d" % len(faults))
    for number, (name, fault) in enumerate(faults, 1):
        report(number, name, fault)
    return any(fault for _, fault in faults)


if __name__ == "__main__":
    sys.exit(main())
