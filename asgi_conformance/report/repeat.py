"""The command that shows one case on one subject again."""

import re
import shlex

from asgi_conformance.results import Subject

COMMAND = re.compile(r"command(-\d+)?")
"""The options of a subject that hold a command line of the user's, one for each transport."""

IN_MEMORY = ("asgi-app", "asgi-framework", "asgi-middleware")


def options(subject: Subject) -> list[str]:
    """What selects the subject on pytest's command line; a served application is two options.

    A server by a command line of the user's is that again.
    """
    if commands := [command for name, command in subject.options.items() if COMMAND.fullmatch(name)]:
        return [f"--{subject.kind}-command={subject.id}={command}" for command in commands]
    if subject.kind.endswith("-stack"):
        interface = subject.kind.removesuffix("-stack")
        server, _, application = subject.id.partition("+")
        return [f"--{interface}-server={server}", f"--{interface}-framework={application}"]
    if subject.kind in IN_MEMORY:
        loop = subject.options.get("loop")
        more = ["--asgi-app-factory"] if subject.options.get("factory") else []
        return [f"--{subject.kind}={subject.name}", *([f"--asgi-loop={loop}"] if loop else []), *more]
    return [f"--{subject.kind}={subject.id}"]


def pattern(case: str) -> str:
    """The glob that matches this case id alone."""
    return re.sub(r"[\[*?]", r"[\g<0>]", case)


def quoted(word: str) -> str:
    """In single quotes, always: what follows is a pattern, and people edit it."""
    return "'" + word.replace("'", "'\"'\"'") + "'"


def selection(case: str, *, generated: bool) -> str:
    """What follows `--asgi-case=`; for a generated case also how many to generate."""
    return quoted(pattern(case)) + (" --asgi-examples=100" if generated else "")


def command(subject: Subject, case: str, *, generated: bool = False) -> str:
    """One line for a POSIX shell."""
    words = [shlex.quote(option) for option in options(subject)]
    return " ".join(["pytest", *words, f"--asgi-case={selection(case, generated=generated)}"])
