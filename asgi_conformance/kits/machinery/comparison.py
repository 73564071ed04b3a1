# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""The comparison, and what is printed of it."""

import sys

ABSENT = "(absent)"
HERE = "          \u25c4 here"


class CannotTry(Exception):
    """The subject did not start, or something is missing here: nothing can be said of the behaviour."""


def report(title, lines, behaviour, saw, astray):
    """Print each line with what it saw; 1 if the behaviour is shown, else 0."""
    print(title)
    met = is_shown(behaviour, saw)
    for number, (words, expects) in enumerate(lines, 1):
        if number not in saw and astray:
            print(f"{number:4}  {words}\n      {astray}: the script cannot go on")
            break
        print(f"{number:4}  {words}{HERE if number in behaviour else ''}")
        if number in behaviour:
            print(f"        expected  {expects}")
            print(f"        reported  {told(behaviour[number], sorted(behaviour[number]))}")
        if number in saw:
            keys = sorted(behaviour.get(number, ())) if number in behaviour else list(saw[number])
            print(f"        seen      {told(saw[number], keys)}")
    print("The behaviour is shown." if met else "The behaviour is NOT shown.")
    return 1 if met else 0


def is_shown(behaviour, saw):
    return all(number in saw and is_so(facts, saw[number]) for number, facts in behaviour.items())


def is_so(facts, seen):
    """Whether all of these facts are as they were, with the same types all the way down.

    The key of a scope, an event or an environ may be reported as absent.
    """
    otherwise = dict.fromkeys(facts, ABSENT) if any(key.startswith("[") for key in seen) else {}
    found = {**otherwise, **seen}
    return all(key in found and is_alike(key, value, found[key]) for key, value in facts.items())


def is_alike(key, value, found):
    """Of bytes that are no whole response it is chance how many have come."""
    if key == "bytes" and value and found:
        return value.startswith(found) or found.startswith(value)
    return repr(found) == repr(value)


def told(facts, keys):
    words = ", ".join(f"{key}={shown(facts[key]) if key in facts else ABSENT}" for key in keys)
    return words or "nothing"


def shown(value):
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}... ({len(text)} characters)"


def utf8():
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
