"""Any server, by a command line of the user's: `--asgi-server-command='mine=python -m mine {app} --port {port}'`."""

import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import TypeAlias

from asgi_conformance.servers.adapter import Adapter, BadSubject, Launch, Place, Server, Transport, Unsupported

EXAMPLE = "--asgi-server-command='mine=python -m mine {app} --host {host} --port {port}'"

PLACEHOLDERS = ("app", "host", "port", "uds", "certfile", "keyfile", "root_path")
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")  # anything else in braces stays as it is: it may be JSON
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Template: TypeAlias = tuple[str, ...]
"""The words of a command line, before its placeholders are filled in."""


def parse_commands(texts: Iterable[str], taken: Collection[str], kind: str = "asgi-server") -> list[Server]:
    """The servers that these values of the option name; raises `BadSubject`.

    A name may come several times, once for each transport, which the placeholders tell: `{uds}` for a unix socket,
    `{certfile}` and `{keyfile}` for TLS, else TCP. `taken`: names that mean something else already.
    """
    servers: dict[str, dict[Transport, Template]] = {}
    for text in texts:
        name, template = _parse(text)
        if name in taken:
            raise BadSubject(
                f"--asgi-server-command: {name} is a server with an adapter; name yours otherwise: my-{name}=…"
            )
        transport = _transport(name, _placeholders(template))
        if transport in servers.setdefault(name, {}):
            raise BadSubject(
                f"--asgi-server-command: {name} has two commands for {transport.value}; leave one of them out"
            )
        servers[name][transport] = template
    return [
        Server(Adapter(name=name, distribution=None, launch=partial(launch, name, templates), kind=kind))
        for name, templates in servers.items()
    ]


def launch(
    name: str,
    templates: Mapping[Transport, Template],
    python: str,
    application: str,
    place: Place,
    options: Mapping[str, str],
) -> Launch:
    """Fill the command in. A command that begins with `python` is run by the interpreter under test."""
    template = templates.get(place.transport)
    if template is None:
        raise Unsupported(f"no --asgi-server-command says how {name} serves {place.transport.value}")
    if place.client_ca:
        raise Unsupported("a server given by its command is not asked for client certificates")
    if place.root_path and "root_path" not in _placeholders(template):
        raise Unsupported(f"the command of {name} has no {{root_path}}")
    values = {
        "app": application,
        "host": place.host,
        "port": str(place.port),
        "uds": place.path,
        "certfile": place.certfile,
        "keyfile": place.keyfile,
        "root_path": place.root_path,
    }
    first, *rest = (PLACEHOLDER.sub(lambda found: values[found[1]], word) for word in template)
    return Launch((python if first in ("python", "python3") else first, *rest))


def _parse(text: str) -> tuple[str, Template]:
    name, equals, command = (part.strip() for part in text.partition("="))
    if not equals or not NAME.fullmatch(name):
        raise BadSubject(f"--asgi-server-command: {text!r} does not begin with a name and '='; write it like {EXAMPLE}")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadSubject(f"--asgi-server-command: {command!r} cannot be split into words ({error})") from None
    unknown = sorted(_placeholders(words).difference(PLACEHOLDERS))
    if unknown:
        known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
        raise BadSubject(
            f"--asgi-server-command: {name} uses {{{unknown[0]}}}, which nothing stands for; there are {known}"
        )
    return name, tuple(words)


def _transport(name: str, placeholders: Collection[str]) -> Transport:
    """What a command with these placeholders serves."""
    if "uds" in placeholders:
        needed, transport = {"app", "uds"}, Transport.UNIX
    elif "certfile" in placeholders or "keyfile" in placeholders:
        needed, transport = {"app", "port", "certfile", "keyfile"}, Transport.TLS
    else:
        needed, transport = {"app", "port"}, Transport.TCP
    missing = sorted(needed.difference(placeholders))
    if missing:
        raise BadSubject(f"--asgi-server-command: {name} lacks {{{missing[0]}}}; write it like {EXAMPLE}")
    return transport


def _placeholders(words: Iterable[str]) -> set[str]:
    return {found for word in words for found in PLACEHOLDER.findall(word)}
