"""Any server, by a command line of the user's: `--asgi-server-command='mine=python -m mine {app} --port {port}'`."""

import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import TypeAlias

from asgi_conformance.servers.adapter import Adapter, BadSubject, Launch, Place, Server, Transport, Unsupported

KINDS = ("asgi-server", "wsgi-server")
EXAMPLES = {kind: f"--{kind}-command='mine=python -m mine {{app}} --host {{host}} --port {{port}}'" for kind in KINDS}
EXAMPLE = EXAMPLES["asgi-server"]

PLACEHOLDERS = (
    "app", "host", "port", "uds", "quic_port", "certfile", "keyfile", "cafile", "root_path", "ping_interval",
    "threads", "environ",
)  # fmt: skip
USUAL_PING_INTERVAL = "20"
"""Seconds between two pings of a WebSocket where no case asks for another time."""

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")  # anything else in braces stays as it is: it may be JSON
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

BESIDES = {Transport.HTTP2_CLEAR: Transport.TCP, Transport.HTTP2_TLS: Transport.TLS}
"""What a server may serve beside what its command is for, on the same port: the client says so when it connects."""

Template: TypeAlias = tuple[str, ...]
"""The words of a command line, before its placeholders are filled in."""

Occasion: TypeAlias = tuple[Transport, bool]
"""What a command is for: a transport, and whether clients are asked for certificates."""


def parse_commands(texts: Iterable[str], taken: Collection[str], kind: str = "asgi-server") -> list[Server]:
    """The servers that these values of the option name; raises `BadSubject`.

    A name may come several times, once for each transport, which the placeholders tell: `{uds}` for a unix socket,
    `{certfile}` and `{keyfile}` for TLS, with `{quic_port}` for HTTP/3, else TCP; `{cafile}`: TLS that asks for
    certificates of this authority.
    Whether HTTP/2 is spoken too, over TLS by ALPN or on a clear connection by prior knowledge, is found by trying.
    `taken`: names that mean something else already. The commands as they were typed are the server's options.
    """
    option = f"--{kind}-command"
    servers: dict[str, dict[Occasion, Template]] = {}
    typed: dict[str, dict[str, str]] = {}
    for text in texts:
        name, template = _parse(text, kind)
        if name in taken:
            raise BadSubject(f"{option}: {name} is a server with an adapter; name yours otherwise: my-{name}=…")
        transport, asks = occasion = _occasion(name, _placeholders(template), kind)
        if occasion in servers.setdefault(name, {}):
            what = f"{transport.value}{' with client certificates' if asks else ''}"
            raise BadSubject(f"{option}: {name} has two commands for {what}; leave one of them out")
        servers[name][occasion] = template
        others = typed.setdefault(name, {})
        others[f"command-{len(others) + 1}" if others else "command"] = text.partition("=")[2].strip()
    adapters = [
        Adapter(name=name, distribution=None, launch=partial(launch, name, templates, kind=kind), kind=kind)
        for name, templates in servers.items()
    ]
    return [Server(adapter, typed[adapter.name]) for adapter in adapters]


def launch(
    name: str,
    templates: Mapping[Occasion, Template],
    python: str,
    application: str,
    place: Place,
    options: Mapping[str, str],
    *,
    kind: str = "asgi-server",
) -> Launch:
    """Fill the command in. A command that begins with `python` is run by the interpreter under test."""
    template = templates.get((BESIDES.get(place.transport, place.transport), bool(place.client_ca)))
    if template is None:
        asking = " and asks for client certificates (it would have {cafile} in it)" if place.client_ca else ""
        raise Unsupported(f"no --{kind}-command says how {name} serves {place.transport.value}{asking}")
    if place.root_path and "root_path" not in _placeholders(template):
        raise Unsupported(f"the command of {name} has no {{root_path}}")
    if place.ping_interval and "ping_interval" not in _placeholders(template):
        raise Unsupported(f"the command of {name} has no {{ping_interval}}")
    for wish, placeholder in ((place.threads, "threads"), (place.environ, "environ")):
        if wish and placeholder not in _placeholders(template):
            raise Unsupported(f"the command of {name} has no {{{placeholder}}}")
    values = {
        "app": application,
        "host": place.host,
        "port": str(place.port),
        "uds": place.path,
        "quic_port": str(place.port),
        "certfile": place.certfile,
        "keyfile": place.keyfile,
        "cafile": place.client_ca,
        "root_path": place.root_path,
        "ping_interval": place.ping_interval or USUAL_PING_INTERVAL,
        "threads": place.threads,
        "environ": place.environ,
    }
    first, *rest = (PLACEHOLDER.sub(lambda found: values[found[1]], word) for word in template)
    argv = (python if first in ("python", "python3") else first, *rest)
    return Launch(argv, tries=place.transport in BESIDES)


def _parse(text: str, kind: str) -> tuple[str, Template]:
    option = f"--{kind}-command"
    name, equals, command = (part.strip() for part in text.partition("="))
    if not equals or not NAME.fullmatch(name):
        raise BadSubject(f"{option}: {text!r} does not begin with a name and '='; write it like {EXAMPLES[kind]}")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadSubject(f"{option}: {command!r} cannot be split into words ({error})") from None
    unknown = sorted(_placeholders(words).difference(PLACEHOLDERS))
    if unknown:
        known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
        raise BadSubject(f"{option}: {name} uses {{{unknown[0]}}}, which nothing stands for; there are {known}")
    return name, tuple(words)


def _occasion(name: str, placeholders: Collection[str], kind: str) -> Occasion:
    """What a command with these placeholders is for."""
    if "uds" in placeholders:
        needed, transport = {"app", "uds"}, Transport.UNIX
    elif "quic_port" in placeholders:
        needed, transport = {"app", "quic_port", "certfile", "keyfile"}, Transport.HTTP3
    elif not {"certfile", "keyfile", "cafile"}.isdisjoint(placeholders):
        needed, transport = {"app", "port", "certfile", "keyfile"}, Transport.TLS
    else:
        needed, transport = {"app", "port"}, Transport.TCP
    missing = sorted(needed.difference(placeholders))
    if missing:
        raise BadSubject(f"--{kind}-command: {name} lacks {{{missing[0]}}}; write it like {EXAMPLES[kind]}")
    return transport, "cafile" in placeholders


def _placeholders(words: Iterable[str]) -> set[str]:
    return {found for word in words for found in PLACEHOLDER.findall(word)}
