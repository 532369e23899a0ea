# SPDX-License-Identifier: PostgreSQL
"""The scenarios of the LDBC ACID test suite, run by eight clients at once against a server:

    acid.py ldbc-acid.json SOCKET [--full] [--seed N] [NAME …]

The statements come from the file as they are; what is not a statement there (sleep, roll back, stop if
a row was found) is told from its text by script(). Each scenario is run at each isolation level. What it
found is counted, and held to be nothing at the levels that promise so (PROMISES); below them the number
is only printed, since an anomaly may or may not happen. Prints TAP.

A transaction that the server gave up on (40001, 40P01) counts as aborted and is not tried again; any
other error fails the scenario.
"""
import argparse
import json
import os
import random
import re
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tck"))
import wire  # noqa: E402  (the same client as the TCK's)

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
# The least level that excludes the anomaly.
PROMISES = {
    "Atomicity-C": 0, "Atomicity-RB": 0, "G0": 0, "G1a": 0, "G1b": 0, "G1c": 0, "LU": 0, "OTV": 0,
    "IMP": 1, "PMP": 1, "FR": 1, "WS": 2,
}
CLIENTS = 8
QUICK_SLEEP = 0.01
QUICK_COUNT = 40
RETRIED = ("40001", "40P01")


class Failed(Exception):
    """An error that no transaction of the scenario may get."""


def literal(value):
    if isinstance(value, str):
        return "'%s'" % value
    return str(value)


def fill(text, parameters):
    """The statement with its parameters written out."""
    return re.sub(r"\$(\w+)", lambda m: literal(parameters[m.group(1)]), text)


def script(lines):
    """Steps of (what, statement or seconds): run, sleep, rollback; with what to do after the row."""
    steps = []
    for line in lines:
        line = re.sub(r"^\d+ times, random start: ", "", line)
        match = re.match(r"SLEEP(?: (\d+)ms)?", line)
        if match:
            steps.append(("sleep", int(match.group(1) or 250) / 1000))
        elif line == "ROLLBACK":
            steps.append(("rollback", None))
        elif line.startswith("same "):
            steps.append(steps[0])
        else:
            text, _, note = line.partition(" -- ")
            kind = {"if found: ROLLBACK": "unless", "if empty: end": "if"}.get(note, "run")
            steps.append((kind, text))
    return steps


class Outcome:
    """What a transaction did: its reads in order, and whether it is in the database now."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.reads = []
        self.committed = False
        self.aborted = False


def row_values(result):
    return [[None if v is None else parse_value(v) for v in row] for row in result.rows]


def parse_value(text):
    if text.startswith("{") and not text.startswith('{"'):
        inner = text[1:-1]
        return [int(v) for v in inner.split(",")] if inner else []
    try:
        return json.loads(text)
    except ValueError:
        return text


class Client:
    def __init__(self, path, sleep_scale):
        self.connection = wire.Connection(path, 120)
        self.sleep_scale = sleep_scale

    def run(self, text):
        result = self.connection.run(text)
        if result.error and result.error.code not in RETRIED:
            raise Failed("%s (%s)" % (result.error, text))
        return result

    def rows(self, text):
        result = self.run(text)
        if result.error:
            raise Failed("%s (%s)" % (result.error, text))
        return row_values(result)

    def transaction(self, level, steps, parameters):
        outcome = Outcome(parameters)
        self.run("BEGIN ISOLATION LEVEL %s" % level)
        for kind, what in steps:
            if kind == "sleep":
                time.sleep(what * self.sleep_scale)
                continue
            if kind == "rollback":
                self.run("ROLLBACK")
                return outcome
            result = self.run(fill(what, parameters))
            if result.error:
                outcome.aborted = True
                self.run("ROLLBACK")
                return outcome
            outcome.reads += row_values(result)
            if (kind == "unless" and result.rows) or (kind == "if" and not result.rows):
                self.run("ROLLBACK")
                return outcome
        result = self.run("COMMIT")
        outcome.aborted = result.error is not None
        outcome.committed = not outcome.aborted
        return outcome


class Run:
    """One scenario at one level: what is to be done, by whom, and what came of it."""

    def __init__(self, options, test, level):
        self.path = options.socket
        self.full = options.full
        self.level = level
        self.test = test
        self.writes = []
        self.reads = []
        self.failures = []
        self.scale = 1 if options.full else QUICK_SLEEP / 0.25

    def count(self, who):
        count = self.test[who]
        return count if self.full else min(count, QUICK_COUNT)

    def play(self, readers=(), writers=(), one_writer=()):
        """Parameters for transactions; those of one_writer are run by one client, in order."""
        reader = script(self.test.get("reader", []))
        writer = script(self.test["writer"])
        jobs = [(reader, p, self.reads) for p in readers] + [(writer, p, self.writes) for p in writers]
        random.shuffle(jobs)
        lock = threading.Lock()

        def work(own):
            try:
                client = Client(self.path, self.scale)
                while True:
                    with lock:
                        job = own.pop() if own else None
                    if job is None:
                        break
                    steps, parameters, outcomes = job
                    outcomes.append(client.transaction(self.level, steps, parameters))
                client.connection.close()
            except (Failed, wire.WireError) as why:
                self.failures.append(str(why))

        alone = [(writer, p, self.writes) for p in one_writer]
        threads = [threading.Thread(target=work, args=(jobs,)) for _ in range(CLIENTS)]
        if alone:
            threads.append(threading.Thread(target=work, args=(alone,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def committed(self):
        return [w for w in self.writes if w.committed]


def no_parameters(count):
    return [{"personId": 1, "postId": 1} for _ in range(count)]


def atomicity(run, client):
    found = []
    writers = []
    is_rollback = run.test["name"] == "Atomicity-RB"
    for i in range(run.count("writers")):
        person2 = 2 if is_rollback and i % 2 == 0 else 1000 + i
        writers.append({"person1Id": 1, "person2Id": person2, "newEmail": "mail%d@x.org" % i,
                        "creationDate": 20200101})
    run.play(writers=writers)
    got = client.rows(run.test["check"])[0]
    done = len(run.committed())
    if got != [2 + done, 2, 3 + done]:
        found.append("persons, names, emails are %r after %d commits" % (got, done))
    return found


def lost_update(run, client):
    run.play(writers=no_parameters(run.count("writers")))
    got = client.rows(fill(run.test["check"], {"personId": 1}))[0]
    done = len(run.committed())
    found = [] if got == [done, done] else ["edges, counter are %r after %d commits" % (got, done)]
    if run.level == "READ COMMITTED" and done != len(run.writes):
        found.append("%d of %d gave up" % (len(run.writes) - done, len(run.writes)))
    return found


def dirty_write(run, client):
    run.play(writers=[{"person1Id": 1, "person2Id": 2, "transactionId": i + 1}
                      for i in range(run.count("writers"))])
    lists = client.rows(run.test["check"])[0]
    common = set(lists[0]) & set(lists[1]) & set(lists[2])
    cut = [[v for v in one if v in common] for one in lists]
    found = [] if cut[0] == cut[1] == cut[2] else ["histories differ: %r" % (cut,)]
    if len(common) != len(run.committed()) + 1:
        found.append("%d of %d writes are there" % (len(common) - 1, len(run.committed())))
    return found


def aborted_read(run, client):
    run.play(readers=no_parameters(run.count("readers")), writers=no_parameters(run.count("writers")))
    return ["read %r" % r.reads for r in run.reads if r.reads != [[1]]]


def intermediate_read(run, client):
    run.play(readers=no_parameters(run.count("readers")), writers=no_parameters(run.count("writers")))
    return ["read %r" % r.reads for r in run.reads if r.reads[0][0] % 2 == 0]


def circular_flow(run, client):
    writers = []
    for i in range(run.count("writers")):
        one = random.randint(1, 2)
        writers.append({"person1Id": one, "person2Id": 3 - one, "transactionId": i + 1})
    run.play(writers=writers)
    read_by = {w.parameters["transactionId"]: w.reads[0][0] for w in run.committed()}
    found = []
    for one, other in read_by.items():
        if other != 0 and other not in read_by:
            found.append("%d read %d, which did not commit" % (one, other))
        elif other != 0 and read_by[other] == one:
            found.append("%d and %d read each other" % (one, other))
    return found


def two_reads(run, client):
    """IMP and PMP: the same question twice."""
    run.play(readers=no_parameters(run.count("readers")), writers=no_parameters(run.count("writers")))
    return ["read %r" % r.reads for r in run.reads if not r.aborted and r.reads[0] != r.reads[1]]


def ring(run):
    writers = [{"personId": random.randint(1, 4)} for _ in range(100)]
    readers = [{"personId": random.randint(1, 4)} for _ in range(run.count("readers"))]
    run.play(readers=readers, one_writer=writers)
    return [r for r in run.reads if not r.aborted]


def vanishing(run, client):
    return ["read %r" % r.reads for r in ring(run) if max(r.reads[0][0]) > min(r.reads[1][0])]


def fractured(run, client):
    return ["read %r" % r.reads for r in ring(run) if r.reads[0] != r.reads[1]]


def write_skew(run, client):
    writers = []
    for _ in range(run.count("writers")):
        pair = random.randrange(10) * 2 + 1
        writers.append({"person1Id": pair, "person2Id": pair + 1,
                        "personId": pair + random.randint(0, 1)})
    run.play(writers=writers)
    # the query also finds the second of a pair beside the first of the next: no pair of the test
    return ["pair %r" % row for row in client.rows(run.test["check"]) if row[0] % 2 == 1]


SCENARIOS = {
    "Atomicity-C": atomicity, "Atomicity-RB": atomicity, "LU": lost_update, "G0": dirty_write,
    "G1a": aborted_read, "G1b": intermediate_read, "G1c": circular_flow, "IMP": two_reads,
    "PMP": two_reads, "OTV": vanishing, "FR": fractured, "WS": write_skew,
}


def prepare(client, tests, test):
    init = test["init"]
    if isinstance(init, str):
        init = next(t for t in tests if t["name"].split()[0] == init.replace("as ", ""))["init"]
    client.rows("MATCH (n) DETACH DELETE n")
    for text in init:
        many = re.match(r"10 pairs: (.*?) +-- ", text)
        if not many:
            client.rows(text)
            continue
        for pair in range(10):
            client.rows(fill(many.group(1), {"person1Id": pair * 2 + 1, "person2Id": pair * 2 + 2}))


def play(options, tests, test, level, client):
    """Returns (is_ok, lines that say why)."""
    name = test["name"].split()[0]
    if isinstance(test.get("check"), str) and test["check"].startswith("as "):
        test["check"] = next(t for t in tests if t["name"] == test["check"][3:])["check"]
    prepare(client, tests, test)
    run = Run(options, test, LEVELS[level])
    found = []
    try:
        found = SCENARIOS[name](run, client)
    except (Failed, IndexError, KeyError, TypeError) as why:
        run.failures.append("%s: %s" % (type(why).__name__, why))
    aborted = sum(o.aborted for o in run.writes + run.reads)
    notes = ["%d writes committed, %d transactions aborted, %d anomalies"
             % (len(run.committed()), aborted, len(found))]
    is_ok = not run.failures and (level < PROMISES[name] or not found)
    if not is_ok:
        notes += (run.failures + found)[:10]
    return is_ok, notes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("socket")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    random.seed(options.seed)
    with open(options.data, encoding="utf-8") as file:
        tests = json.load(file)["tests"]
    chosen = [t for t in tests if not options.names or t["name"].split()[0] in options.names]
    print("1..%d\n# seed %d" % (len(chosen) * len(LEVELS), options.seed))
    client = Client(options.socket, 1)
    count = failed = 0
    for level, level_name in enumerate(LEVELS):
        for test in chosen:
            count += 1
            is_ok, notes = play(options, tests, dict(test), level, client)
            failed += not is_ok
            print("%s %d - %s: %s" % ("ok" if is_ok else "not ok", count, level_name.lower(), test["name"]))
            for note in notes:
                print("# " + note)
            sys.stdout.flush()
    client.connection.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
