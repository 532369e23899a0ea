# SPDX-License-Identifier: PostgreSQL
"""psql as a person uses it, on a terminal:

    terminal.py PSQL HOST PORT

Tab completion (psql asks the catalogs what fits), \\watch, and FETCH_COUNT. Prints TAP.
"""
import os
import pty
import re
import select
import signal
import sys
import time

TIMEOUT = 15
PROMPT = "ready> "
# What is typed before the tab, and what psql must make of it.
COMPLETIONS = [
    ("SELECT * FROM per", "person"),
    ("\\d vis", "visit"),
    ("\\dt per", "person"),
    ("INSERT INTO vi", "visit"),
    ("UPDATE pers", "person"),
    ("DROP TABLE vis", "visit"),
    ("ALTER TABLE person DROP COLUMN sc", "score"),
    ("COPY per", "person"),
    ("TRUNCATE per", "person"),
    ("CREATE INDEX ON vis", "visit"),
    ("DROP INDEX person_n", "person_name_idx"),
    ("DROP VIEW ear", "early"),
    ("SET search_p", "search_path"),
    ("SHOW server_version_n", "server_version_num"),
    ("\\dn pub", "public"),
    ("\\dv ear", "early"),
    ("\\ds person_id", "person_id_seq"),
    ("\\df array_rec", "array_recv"),
    ("\\sf array_rec", "array_recv"),
    ("\\dT timestampt", "timestamptz"),
    ("ALTER TABLE person ALTER COLUMN bor", "born"),
    ("SELECT * FROM information_schema.table_c", "information_schema.table_constraints"),
]


class Terminal:
    def __init__(self, psql, host, port):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="dumb", PGHOST=host, PGPORT=port, PGUSER="tester", PGDATABASE="quiver",
                              PSQL_HISTORY="/dev/null", PAGER="cat", COLUMNS="400", LINES="50")
            os.execvp(psql, [psql, "-X", "-q", "-v", "PROMPT1=" + PROMPT, "-v", "PROMPT2="])
        self.text = ""
        self.wait(PROMPT)

    def send(self, text):
        self.text = ""
        os.write(self.file, text.encode())

    def wait(self, pattern):
        """What came until the pattern was seen; everything if it never was."""
        end = time.monotonic() + TIMEOUT
        while not re.search(pattern, self.text) and time.monotonic() < end:
            if select.select([self.file], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.file, 65536).decode(errors="replace").replace("\a", "")
                except OSError:
                    break
        return self.text

    def run(self, line):
        self.send(line + "\n\\echo d''one\n")
        return self.wait(r"\ndone\r?\n(?s:.*)" + PROMPT)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)


def completed(terminal, typed, wanted):
    terminal.send(typed + "\t")
    seen = terminal.wait(re.escape(wanted))
    terminal.send("\x03")
    terminal.wait(PROMPT)
    return wanted in seen, seen


def main():
    terminal = Terminal(*sys.argv[1:4])
    count = failed = 0

    def line(is_ok, name, seen):
        nonlocal count, failed
        count += 1
        failed += not is_ok
        print("%s %d - %s" % ("ok" if is_ok else "not ok", count, name))
        if not is_ok:
            print("# " + repr(seen)[-300:])

    for statement in (
            "CREATE TABLE person (id serial PRIMARY KEY, name varchar(40) NOT NULL, score float8, born date);",
            "CREATE INDEX person_name_idx ON person (name);",
            "CREATE TABLE visit (id int PRIMARY KEY, person_id int REFERENCES person (id));",
            "CREATE VIEW early AS SELECT id, name FROM person WHERE id < 10;",
            "CREATE SEQUENCE rounds;",
            "INSERT INTO person (name) VALUES ('n1'), ('n2'), ('n3'), ('n4'), ('n5');"):
        seen = terminal.run(statement)
        if "ERROR" in seen:
            line(False, statement, seen)
    for typed, wanted in COMPLETIONS:
        if wanted:
            is_ok, seen = completed(terminal, typed, wanted)
            line(is_ok, "tab after: " + typed, seen)
    terminal.send("SELECT 12 / (3 - nextval('rounds')) AS r \\watch 0.05\n")
    seen = terminal.wait("ERROR(?s:.*)" + PROMPT)
    line(re.search(r"\b6\b(?s:.*)\b12\b(?s:.*)division by zero", seen), "\\watch runs until it fails", seen)
    seen = terminal.run("\\set FETCH_COUNT 2\nSELECT name FROM person ORDER BY id;")
    line(all("n%d" % i in seen for i in range(1, 6)) and "(5 rows)" in seen, "FETCH_COUNT", seen)
    terminal.close()
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
