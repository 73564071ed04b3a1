"""The command line: `asgi-conformance COMMAND`. What a command does stands in its own module of `commands/`."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from asgi_conformance.commands import compare, history, list_requirements, render, repro
from asgi_conformance.commands.refusal import USAGE_ERROR, Refused
from asgi_conformance.report.escape import visible

COMMANDS = (list_requirements, render, compare, history, repro)
"""Modules with `add_to(subparsers)`, which sets `run`: a function from the parsed arguments to the exit status."""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, instead of repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the command; 2 if the line itself is wrong, 4 with one line if it cannot be done."""
    parser = Parser(prog="asgi-conformance", description="Conformance tests for ASGI and WSGI.")
    subparsers = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for command in COMMANDS:
        command.add_to(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except Refused as refusal:
        print(f"asgi-conformance {parsed.command}: {visible(str(refusal))}", file=sys.stderr)
        return USAGE_ERROR
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()  # so that the interpreter does not complain when it flushes
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
