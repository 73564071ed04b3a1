"""Which applications a user means, with the frameworks' contract applications and middleware among them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from asgi_conformance.servers.adapter import BadSubject, Server
from asgi_conformance.servers.registry import Installed

GROUP = "asgi_conformance.frameworks"
"""Entry points of this group are named like their framework and lead to its contract application."""
FOLDER = Path(__file__).parent / "frameworks"
"""Holds the contract applications, each a module that is imported where its framework is installed."""

FRAMEWORKS: Mapping[str, str] = {
    "starlette": "starlette",
    "fastapi": "fastapi",
    "django": "django",
    "quart": "quart",
    "litestar": "litestar",
    "falcon": "falcon",
    "sanic": "sanic",
    "blacksheep": "blacksheep",
    "nexios": "nexios",
    "asgiref-wsgi": "asgiref",
    "a2wsgi": "a2wsgi",
}
"""Distributions, by the names of the contract applications that ship with us; the module of each is `on_NAME`."""

WSGI_FRAMEWORKS: Mapping[str, str] = {
    "flask": "flask",
    "django": "django",
    "bottle": "bottle",
    "pyramid": "pyramid",
    "falcon": "falcon",
}
"""The same for WSGI; the module of each is `wsgi_on_NAME`."""

BY_KIND = {"asgi-framework": FRAMEWORKS, "wsgi-framework": WSGI_FRAMEWORKS}

LOOPS = ("asyncio", "trio")
TARGET = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Application:
    """An application or a middleware under test: one column of the report."""

    name: str
    """`shop.main:app`, or a framework's name."""
    kind: str
    """`asgi-app`, `asgi-framework`, `asgi-middleware`, and the same for `wsgi`"""
    target: str
    """`module:attribute`"""
    distribution: str | None = None
    """The framework's name on PyPI; None where nobody can know."""
    options: Mapping[str, str] = field(default_factory=dict)
    """`loop`, where it is not asyncio; `factory`, where the target makes the application."""

    @property
    def id(self) -> str:
        """`shop.main:app[loop=trio]`; `django-wsgi`, for `django` is its ASGI application."""
        if self.kind == "wsgi-framework" and self.name in FRAMEWORKS:
            return f"{self.name}-wsgi"
        return f"{self.name}[loop={self.loop}]" if self.loop != LOOPS[0] else self.name

    @property
    def distributions(self) -> tuple[str, ...]:
        """What has to be installed, as far as that is known."""
        return (self.distribution,) if self.distribution else ()

    @property
    def module(self) -> str:
        return self.target.partition(":")[0]

    @property
    def factory(self) -> bool:
        """Whether the target makes the application when it is called."""
        return "factory" in self.options

    @property
    def loop(self) -> str:
        return self.options.get("loop", LOOPS[0])


@dataclass(frozen=True, slots=True)
class Stack:
    """An application served by a server: one column of the report, and one cell of the cross table."""

    server: Server
    application: Application

    @property
    def kind(self) -> str:
        """`asgi-stack` or `wsgi-stack`"""
        return self.server.kind.replace("server", "stack")

    @property
    def id(self) -> str:
        """`uvicorn+starlette`"""
        return f"{self.server.id}+{self.application.id}"

    @property
    def name(self) -> str:
        return f"{self.server.name}+{self.application.name}"

    @property
    def distributions(self) -> tuple[str, ...]:
        return (*self.server.distributions, *self.application.distributions)

    @property
    def options(self) -> Mapping[str, str]:
        """Told apart by what comes first: `server.http`, `application.loop`."""
        parts = {"server": self.server.options, "application": self.application.options}
        return {f"{part}.{name}": value for part, options in parts.items() for name, value in options.items()}


def parse_applications(texts: Iterable[str], kind: str, *, factory: bool = False, loop: str = "") -> list[Application]:
    """The applications that these values of the option with the kind's name name. Raises `BadSubject`."""
    options = {**_options(loop), **({"factory": "yes"} if factory else {})}
    found = []
    for name in _pieces(texts):
        if not TARGET.fullmatch(name):
            raise BadSubject(f"--{kind}={name} names no attribute of a module; write it like shop.main:app")
        found.append(Application(name, kind, name, None, options))
    return _distinct(found)


def parse_frameworks(
    texts: Iterable[str], installed: Installed, kind: str = "asgi-framework", *, loop: str = ""
) -> list[Application]:
    """The contract applications that these values of the option name, by framework or as `module:attribute`.

    `installed`: which distributions are there; only asked for `all`. Raises `BadSubject`.
    """
    options = _options(loop)
    found: list[Application] = []
    for name in _pieces(texts):
        if name == ALL:
            versions = installed(BY_KIND[kind].values())
            every = [one for one, distribution in BY_KIND[kind].items() if versions.get(distribution)]
            if not every:
                raise BadSubject(f"--{kind}={ALL}: none is installed there; pip install one of {_names(kind)}")
            found += [_framework(one, kind, options) for one in every]
        else:
            found.append(_framework(name, kind, options))
    return _distinct(found)


def known_frameworks(kind: str = "asgi-framework") -> list[str]:
    """What may be asked for by name. Those of third parties are ASGI applications."""
    points = sorted(entry_points(group=GROUP).names) if kind == "asgi-framework" else ()
    return list(dict.fromkeys([*BY_KIND[kind], *points]))


def _framework(name: str, kind: str, options: Mapping[str, str]) -> Application:
    if kind == "wsgi-framework" and name.removesuffix("-wsgi") in FRAMEWORKS:
        name = name.removesuffix("-wsgi")
    if name in BY_KIND[kind]:
        prefix = "wsgi_on" if kind == "wsgi-framework" else "on"
        module = f"{prefix}_{name.replace('-', '_')}"
        return Application(name, kind, f"{module}:app", BY_KIND[kind][name], options=options)
    if kind == "asgi-framework" and (point := _point(name)):
        distribution = point.dist.name if point.dist else None
        return Application(name, kind, point.value, distribution, options=options)
    if TARGET.fullmatch(name):
        return Application(name, kind, name, options=options)
    close = get_close_matches(name.lower(), known_frameworks(kind), n=1)
    suggestion = f"; did you mean {close[0]}?" if close else ""
    raise BadSubject(
        f"no framework is called {name!r}{suggestion} (there are {_names(kind)}, and {ALL}; "
        "an application of yours that keeps the contract: module:attribute)"
    )


def _point(name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=GROUP, name=name)), None)


def _names(kind: str) -> str:
    return ", ".join(known_frameworks(kind))


def _options(loop: str) -> Mapping[str, str]:
    if loop and loop not in LOOPS:
        raise BadSubject(f"--asgi-loop is one of {', '.join(LOOPS)}, not {loop!r}")
    return {"loop": loop} if loop and loop != LOOPS[0] else {}


def _pieces(texts: Iterable[str]) -> list[str]:
    return [piece.strip() for text in texts for piece in text.split(",") if piece.strip()]


def _distinct(found: Sequence[Application]) -> list[Application]:
    return list({one.id: one for one in found}.values())
