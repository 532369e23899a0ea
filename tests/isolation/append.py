# SPDX-License-Identifier: PostgreSQL
"""Random transactions over lists, and a search for cycles in what they saw:

    append.py SOCKET [--seed N] [--transactions N]

A key is a node with a list; a transaction reads some lists and appends numbers of its own to others.
As every number is appended once, the lists tell the order of writes, and each read tells between which
two it came. That gives the edges of the dependency graph:

    ww  A appended right before B          wr  B read a list that ends with A's
    rw  A read a list to which B appended next

Committed transactions must not form a cycle: of ww and wr under READ COMMITTED (G0, G1c); of these with
at most one rw under REPEATABLE READ (G-single: a snapshot with first committer wins); of any kind under
SERIALIZABLE (G2). Nor may anybody read what was not committed, or a list that is no beginning of the
last one. Prints TAP.
"""
import argparse
import os
import random
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tck"))
import wire  # noqa: E402  (the same client as the TCK's)

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
KEYS = 6
CLIENTS = 8
RETRIED = ("40001", "40P01")


def parse(text):
    inner = text[1:-1]
    return [int(v) for v in inner.split(",")] if inner else []


def statement(operation):
    key, number = operation
    if number is None:
        return "MATCH (l IS List {key: %d}) RETURN l.items" % key
    return "MATCH (l IS List {key: %d}) SET l.items = l.items + [%d] RETURN l.items" % (key, number)


class Player:
    """Runs transactions: lists of (key, number to append or None), until there are none."""

    def __init__(self, path, level, jobs, lock):
        self.connection = wire.Connection(path, 60)
        self.level = level
        self.jobs = jobs
        self.lock = lock
        self.committed = {}
        self.error = None

    def run(self, text):
        result = self.connection.run(text)
        if result.error and result.error.code not in RETRIED:
            raise wire.WireError("%s (%s)" % (result.error, text))
        return result

    def transaction(self, operations):
        """The lists that each operation left or read; None if the server gave up on it."""
        seen = []
        self.run("BEGIN ISOLATION LEVEL %s" % self.level)
        for operation in operations:
            result = self.run(statement(operation))
            if result.error:
                self.run("ROLLBACK")
                return None
            seen.append(parse(result.rows[0][0]))
        return None if self.run("COMMIT").error else seen

    def play(self):
        try:
            while True:
                with self.lock:
                    job = self.jobs.pop() if self.jobs else None
                if job is None:
                    return
                number, operations = job
                seen = self.transaction(operations)
                if seen is not None:
                    self.committed[number] = list(zip(operations, seen))
        except wire.WireError as why:
            self.error = str(why)


def make_jobs(count):
    """Each appends numbers of its own: transaction t has 100 t, 100 t + 1, …; a key at most once."""
    jobs = []
    for t in range(1, count + 1):
        keys = random.sample(range(KEYS), random.randint(2, 4))
        operations = [(k, None if random.random() < 0.5 else t * 100 + i) for i, k in enumerate(keys)]
        jobs.append((t, operations))
    return jobs


def edges_of(committed, final, found):
    """{(from, to): "rw" only if nothing stronger}, and what is wrong with single reads."""
    edges = {}

    def add(one, other, kind):
        if one != other and (kind != "rw" or (one, other) not in edges):
            edges[one, other] = kind

    for items in final.values():
        writers = [i // 100 for i in items]
        found += ["%d is there but did not commit" % w for w in writers if w not in committed]
        for one, other in zip(writers, writers[1:]):
            add(one, other, "ww")
    for t, operations in committed.items():
        for (key, number), seen in operations:
            if final[key][: len(seen)] != seen:
                found.append("%d saw %r of %r" % (t, seen, final[key]))
                continue
            before = seen if number is None else seen[:-1]
            if before:
                add(before[-1] // 100, t, "wr")
            if number is None and len(seen) < len(final[key]):
                add(t, final[key][len(seen)] // 100, "rw")
    return edges


def find_cycle(edges, rw_max):
    """A transaction on a cycle with at most so many rw edges, or None. Searches (node, rw so far)."""
    after = {}
    for (one, other), kind in edges.items():
        after.setdefault(one, []).append((other, kind == "rw"))
    for start in after:
        best = {}
        todo = [(start, 0)]
        while todo:
            node, used = todo.pop()
            for other, is_rw in after.get(node, ()):
                cost = used + is_rw
                if cost > rw_max or best.get(other, rw_max + 1) <= cost:
                    continue
                if other == start:
                    return start
                best[other] = cost
                todo.append((other, cost))
    return None


def play(path, level, count):
    """Returns (what was found, how many committed)."""
    control = wire.Connection(path, 60)
    control.run("MATCH (l IS List) DETACH DELETE l")
    control.run("UNWIND range(0, %d) AS k INSERT (IS List {key: k, items: []})" % (KEYS - 1))
    jobs = make_jobs(count)
    lock = threading.Lock()
    players = [Player(path, LEVELS[level], jobs, lock) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=p.play) for p in players]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [p.error for p in players if p.error]
    committed = {t: seen for p in players for t, seen in p.committed.items()}
    rows = control.run("MATCH (l IS List) RETURN l.key, l.items").rows
    final = {int(key): parse(items) for key, items in rows}
    control.close()
    appended = {n for ops in committed.values() for (_, n), _ in ops if n is not None}
    there = [i for items in final.values() for i in items]
    if sorted(there) != sorted(appended):
        found.append("appended %d numbers, %d are there" % (len(appended), len(there)))
    edges = edges_of(committed, final, found)
    cycle = find_cycle(edges, [0, 1, len(committed)][level])
    if cycle is not None:
        found.append("a cycle through %d: %r" % (cycle, committed[cycle]))
    return found, len(committed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--transactions", type=int, default=300)
    options = parser.parse_args()
    random.seed(options.seed)
    print("1..%d\n# seed %d" % (len(LEVELS), options.seed))
    failed = 0
    for level, name in enumerate(LEVELS):
        found, count = play(options.socket, level, options.transactions)
        failed += bool(found)
        print("%s %d - %s: what transactions saw has an order"
              % ("not ok" if found else "ok", level + 1, name.lower()))
        print("# %d of %d committed" % (count, options.transactions))
        for line in found[:10]:
            print("# " + line)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
