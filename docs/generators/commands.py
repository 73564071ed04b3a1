"""The commands of `asgi-conformance`, from their parsers."""

import argparse
import inspect

from asgi_conformance.__main__ import COMMANDS
from generators.prose import code, entry, escaped


def markdown() -> str:
    """One section for each."""
    return "\n".join(_section(name, parser) for name, parser in parsers().items())


def parsers() -> dict[str, argparse.ArgumentParser]:
    """By the name of the command."""
    subparsers = argparse.ArgumentParser(prog="asgi-conformance").add_subparsers()
    for command in COMMANDS:
        command.add_to(subparsers)
    return dict(subparsers.choices)


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    description = escaped(inspect.cleandoc(parser.description or ""))
    entries = [entry(code(_term(action)), _meaning(action)) for action in actions]
    return "\n".join([f"## `asgi-conformance {name}`\n", f"{description}\n", *entries])


def _term(action: argparse.Action) -> str:
    """`--html FILE` or `RUN.json…`"""
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    word = value if isinstance(value, str) else " ".join(value)
    several = "…" if action.nargs in ("+", "*") else ""
    if not action.option_strings:
        return f"{word}{several}"
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {word}{several}"


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
    return escaped(f"{text[0].upper()}{text[1:]}.") if text else ""
