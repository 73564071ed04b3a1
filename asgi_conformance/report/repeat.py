"""The command that shows one case on one subject again."""

import re
import shlex

from asgi_conformance.results import Subject


def options(subject: Subject) -> list[str]:
    """What selects the subject on pytest's command line; a served application is two options."""
    if subject.kind.endswith("-stack"):
        interface = subject.kind.removesuffix("-stack")
        server, _, application = subject.id.partition("+")
        return [f"--{interface}-server={server}", f"--{interface}-app={application}"]
    return [f"--{subject.kind}={subject.id}"]


def pattern(case: str) -> str:
    """The glob that matches this case id alone."""
    return re.sub(r"[\[*?]", r"[\g<0>]", case)


def quoted(word: str) -> str:
    """In single quotes, always: what follows is a pattern, and people edit it."""
    return "'" + word.replace("'", "'\"'\"'") + "'"


def command(subject: Subject, case: str) -> str:
    """One line for a POSIX shell."""
    words = [shlex.quote(option) for option in options(subject)]
    return " ".join(["pytest", *words, f"--asgi-case={quoted(pattern(case))}"])
