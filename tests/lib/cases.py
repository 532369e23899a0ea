# SPDX-License-Identifier: PostgreSQL
"""Cases that lie in a file: a line, and below it, each behind a tab, what is said to it. A line that begins
with # is a comment."""


def read(path):
    """(line, [what stands below it]), comments too."""
    cases = []
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("\t"):
                cases[-1][1].append(line)
            else:
                cases.append((line, []))
    return cases


def play(path, answer, accept):
    """Holds what `answer` says to each line (None: nothing that could be right) against the file, and
    prints TAP. With `accept` it goes into the file. True if one failed."""
    cases, text, number, has_failed = read(path), [], 0, False
    print("1..%d" % sum(not line.startswith("#") for line, _ in cases))
    for line, shown in cases:
        text.append(line)
        if line.startswith("#"):
            continue
        number += 1
        found = answer(line)
        text += found or []
        is_ok = found is not None and (accept or found == shown)
        has_failed |= not is_ok
        print("%s %d - %s" % ("ok" if is_ok else "not ok", number, line.replace("#", "\\#")))
        if not is_ok:
            print("\n".join("# " + said for said in found or ["that is not refused"]))
    if accept:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(text) + "\n")
    return has_failed
