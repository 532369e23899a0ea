# SPDX-License-Identifier: PostgreSQL
"""Runs the openCypher TCK against quiverd and says how much of it holds.

    run.py --quiverd PATH [--data DIR] [--verbose] [--accept] [--jobs N] [FILTER ...]

FILTER is a part of a scenario's id, such as features/clauses/match or Match4.feature#6. --verbose
shows each failing scenario with its texts and what differs. The last line is always
"tck: N passed, M failed, K out of scope". The run fails if a scenario fails that known.txt does
not list, or passes that it lists; --accept rewrites that list, where reasons stay and new ones start with "open:".
"""
import argparse
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections import defaultdict

import scenario as scenarios
from server import Server
from wire import WireError

HERE = os.path.dirname(os.path.abspath(__file__))
KNOWN = os.path.join(HERE, "known.txt")
PASSED, OUT = "passed", "out of scope"


def read_known():
    """The failing scenarios and why, and the lines before them."""
    known, head = {}, []
    if os.path.exists(KNOWN):
        with open(KNOWN, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("#"):
                    head.append(line)
                elif line.strip():
                    name, _, reason = line.rstrip("\n").partition("\t")
                    known[name] = reason
    return known, head


def write_known(known, head, outcomes):
    kept = {name: reason for name, reason in known.items() if name not in outcomes}
    for name, outcome in outcomes.items():
        if outcome not in (PASSED, OUT):
            kept[name] = known.get(name) or "open: " + outcome.split("\n")[0][:150]
    with open(KNOWN, "w", encoding="utf-8") as out:
        out.writelines(head)
        out.writelines("%s\t%s\n" % item for item in sorted(kept.items()))


def attempt(server, scenario):
    if scenarios.out_of_scope(scenario):
        return OUT
    try:
        scenarios.run(server.connect(), scenario)
    except scenarios.Failure as failure:
        return str(failure)
    except WireError as lost:
        outcome = server.died() or str(lost)
        server.discard()
        return outcome
    except (ValueError, KeyError, IndexError) as broken:
        return "the harness cannot judge: %r %s" % (broken, traceback.format_exc(limit=-2))
    return PASSED


def work(quiverd, todo, outcomes):
    server = Server(quiverd)
    try:
        while True:
            scenario = todo.get_nowait()
            outcomes[scenario["id"]] = attempt(server, scenario)
            if scenarios.writes(scenario):
                server.discard()
    except queue.Empty:
        pass
    finally:
        server.close()


def stop(number, frame):
    """Leaves no server behind when the run is stopped."""
    Server.stopped = True
    for server in Server.running.copy():
        server.close()
    os._exit(128 + number)


def run_all(chosen, quiverd, jobs):
    todo = queue.SimpleQueue()
    # Those that only read come first: they share a server.
    for scenario in sorted(chosen, key=scenarios.writes):
        todo.put(scenario)
    outcomes = {}
    workers = [threading.Thread(target=work, args=(quiverd, todo, outcomes)) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if len(outcomes) != len(chosen):
        sys.exit("tck: a worker stopped early")
    return outcomes


def show(scenario, outcome):
    print("--- %s %s" % (scenario["id"], scenario["scenario"]))
    for text in scenario["setup"]:
        print("  setup   " + text.replace("\n", "\n          "))
    if scenario["params"]:
        print("  params  %s" % scenario["params"])
    for step in scenario["steps"]:
        print("  query   " + step["query"].replace("\n", "\n          "))
        if step["expect"]["kind"] != "error":
            print("  expect  %s %s" % (step["expect"].get("rows", "no rows"),
                                       step["expect"].get("side_effects")))
    print("  result  " + outcome)


def table(chosen, outcomes):
    counts = defaultdict(lambda: [0, 0, 0])
    for scenario in chosen:
        outcome = outcomes[scenario["id"]]
        at = 0 if outcome == PASSED else 2 if outcome == OUT else 1
        category = "/".join(scenario["file"].split("/")[1:-1])
        counts[category][at] += 1
    print("%-40s %7s %7s %13s" % ("category", "passed", "failed", "out of scope"))
    for category in sorted(counts):
        print("%-40s %7d %7d %13d" % (category, *counts[category]))
    return [sum(column) for column in zip(*counts.values())] or [0, 0, 0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quiverd", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--jobs", type=int, default=min(8, os.cpu_count() or 1))
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with open(os.path.join(options.data, "opencypher-tck.jsonl"), encoding="utf-8") as lines:
        chosen = [json.loads(line) for line in lines]
    chosen = [one for one in chosen if not options.filters
              or any(part in one["id"] for part in options.filters)]
    outcomes = run_all(chosen, options.quiverd, options.jobs)
    known, head = read_known()
    surprises = []
    for scenario in chosen:
        outcome = outcomes[scenario["id"]]
        failed = outcome not in (PASSED, OUT)
        if failed and options.verbose:
            show(scenario, outcome)
        if failed and scenario["id"] not in known:
            surprises.append("not expected to fail: %s: %s"
                             % (scenario["id"], outcome.split("\n")[0]))
        if not failed and scenario["id"] in known:
            surprises.append("passes now, strike it from known.txt: %s" % scenario["id"])
    if options.accept:
        write_known(known, head, outcomes)
        surprises = []
    totals = table(chosen, outcomes)
    for line in surprises:
        print(line)
    print("tck: %d passed, %d failed, %d out of scope" % tuple(totals))
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
