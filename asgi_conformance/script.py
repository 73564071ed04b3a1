"""A case is a value: a title and a flat list of lines. No I/O here.

`sends` is what we do, `gets` is what the subject did, so a `gets` line is an expectation. What a line does: `acts.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from asgi_conformance.acts import Act, Raises, Reraises, Sends, Starts
from asgi_conformance.timeline import Facts, Seen, Timeline
from asgi_conformance.verdict import Verdict
from asgi_conformance.wording import did


class BadCase(Exception):
    """A suite file that does not hold together; the author's fault."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a matcher thinks of what was seen."""

    matches: bool
    how: str = ""
    """In a word or two, in which way it deviates."""
    observed: str = ""
    verdict: Verdict | None = None
    """Overrides: a match that is a `warn`, a deviation that is only a `note`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a matcher may look at besides the one thing it judges."""

    timeline: Timeline
    facts: Facts
    line: int


class Matcher(Protocol):
    """Says what is expected, and judges what was seen. Pure."""

    def says(self) -> str: ...

    def judge(self, seen: Seen, heard: Heard) -> Opinion: ...


class WireMatcher(Matcher, Protocol):
    """A matcher of what reaches the client; it also tells how long to listen."""

    def takes(self, data: bytes, ended: bool) -> int | None:
        """How many bytes of the unread stream answer this; None: listen on."""
        ...


Ways = Mapping[str, Matcher]
"""Lawful answers by the short name of the behaviour; the name is empty where there is just one."""


def _either(ways: Ways) -> str:
    """The lawful answers, in words."""
    return " or ".join(f"{name}: {matcher.says()}" if name else matcher.says() for name, matcher in ways.items())


@dataclass(frozen=True, slots=True)
class Settles:
    """A requirement that a line settles."""

    requirement: str
    ways: Ways | None = None
    """Its own expectation where it differs from the line's."""
    until: tuple[int, int] | None = None
    """Only owed below this version of the protocol's specification."""
    since: tuple[int, int] | None = None
    """Only owed from this version on, where the catalogue's `since` cannot say it."""


SERVERS = frozenset({"asgi-server"})
APPLICATIONS = frozenset({"asgi-app", "asgi-framework"})
CONTRACT = frozenset({"asgi-framework", "asgi-stack"})
MIDDLEWARE = frozenset({"asgi-middleware"})
WSGI_SERVERS = frozenset({"wsgi-server"})
WSGI_APPLICATIONS = frozenset({"wsgi-app", "wsgi-framework"})
WSGI_CONTRACT = frozenset({"wsgi-framework", "wsgi-stack"})
WSGI_MIDDLEWARE = frozenset({"wsgi-middleware"})
"""Kinds of subjects, by the cases that are performed on them."""
ROUTES = frozenset({"contract", "wsgi-adapter"})
"""Needs that only contract applications meet: what their routes answer is written down."""


class Over(Enum):
    """What carries the exchange. Names of the capability that a server must have."""

    TCP = "tcp"
    UNIX = "unix"
    TLS = "tls"
    HTTP2 = "http2"
    HTTP2_TLS = "http2-tls"
    HTTP3 = "http3"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the play."""

    who: str
    """`client`, `app`, `process`, or `client:second`"""
    act: Act
    ways: Ways = field(default_factory=dict)
    settles: tuple[Settles, ...] = ()

    def says(self) -> str:
        """How the line reads in a report."""
        expected = _either(self.ways)
        owed = "".join(f"  [{one.requirement}{f': {_either(one.ways)}' if one.ways else ''}]" for one in self.settles)
        return f"{self.who.replace(':', ' ')} {did(self.act)}{' ' if expected else ''}{expected}{owed}"


@dataclass(frozen=True, slots=True)
class Case:
    """A script that settles one requirement, or a few."""

    id: str
    """`http/response_start/header-order-is-kept-on-the-wire`, with `[200]` behind it in a family."""
    title: str
    lines: tuple[Line, ...]
    note: str = ""
    """Which reading is taken and why; the proof where most servers fail."""
    over: Over = Over.TCP
    needs: tuple[str, ...] = ()
    """What the subject has to offer, else the case is `unsupported`: `websocket`, `lifespan`, `extension:NAME`;
    `extended-connect` for WebSockets over HTTP/2; `contract` and `wsgi-adapter`: routes of `frameworks/CONTRACT.md`."""
    options: Mapping[str, str] = field(default_factory=dict)
    """How the server must be set up: `root_path`; `ping_interval`, in seconds; `application`: the name of another shape
    of application, see `remote/remote_application.py`; `client_certificates`: `asked`; `threads`: how many serve;
    `environ`: `NAME=value`, what a deployer puts into every environ; `variables`: of the operating system, `NAME=value`
    with spaces between. A process of its own then serves the case."""

    @property
    def file(self) -> str:
        """`http/response_start`"""
        return self.id.partition("[")[0].rpartition("/")[0]

    @property
    def name(self) -> str:
        """`header-order-is-kept-on-the-wire`, with `[200]` behind it in a family."""
        return self.id[len(self.file) :].lstrip("/")

    @property
    def own_process(self) -> bool:
        """Whether it is about a server's life, and so gets a process of its own."""
        return bool(self.options) or self.starts_it

    @property
    def starts_it(self) -> bool:
        """Whether its lines say when the process starts."""
        return any(isinstance(line.act, Starts) for line in self.lines)

    @property
    def kinds(self) -> frozenset[str]:
        """Of which kinds of subject it speaks, told from who speaks in it."""
        speakers = {line.who.partition(":")[0] for line in self.lines}
        if speakers & {"wsgi_app", "gateway"}:
            return _of_wsgi(speakers, self.needs)
        if speakers >= {"server", "app"}:
            return MIDDLEWARE
        if "server" in speakers:
            return CONTRACT & APPLICATIONS if ROUTES & set(self.needs) else APPLICATIONS
        if "contract" not in self.needs:
            return SERVERS
        websockets = any(isinstance(line.act, Sends) and line.act.opens_websocket for line in self.lines)
        neutral = all(name.startswith("contract.") for name in self.settles())
        of_http = {"contract", "early-call"}.issuperset(self.needs) and neutral and not websockets
        return CONTRACT | WSGI_CONTRACT if of_http else CONTRACT

    @property
    def raises(self) -> bool:
        """Whether its application lets an exception pass."""
        return any(isinstance(line.act, Raises | Reraises) for line in self.lines)

    def settles(self) -> frozenset[str]:
        """The ids of the requirements it settles."""
        return frozenset(settles.requirement for line in self.lines for settles in line.settles)

    def checks(self) -> int:
        """How many checks it plans."""
        return sum(len(line.settles) for line in self.lines)


def _of_wsgi(speakers: set[str], needs: tuple[str, ...]) -> frozenset[str]:
    if "gateway" not in speakers:
        return WSGI_SERVERS
    if "wsgi_app" in speakers:
        return WSGI_MIDDLEWARE
    return WSGI_CONTRACT & WSGI_APPLICATIONS if "contract" in needs else WSGI_APPLICATIONS


@dataclass(frozen=True, slots=True)
class Session(Case):
    """A dialogue that is performed once as written, and then again and again with its end at another point.

    Its lines are a call, what is delivered, and the answer that is taken; see `injection.py`.
    """


class Draw(Protocol):
    """Hypothesis' `draw`: an example of what a strategy describes."""

    def __call__(self, strategy: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Property:
    """What is true whatever is drawn: a case for every example."""

    id: str
    title: str
    play: Callable[[Draw], Iterable[Line]]
    note: str = ""
    over: Over = Over.TCP
    needs: tuple[str, ...] = ()
    kinds: frozenset[str] = SERVERS
    """Of which kinds of subject it speaks."""

    @property
    def file(self) -> str:
        """`properties/requests`"""
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        """`any-request-reaches-the-application`"""
        return self.id.rpartition("/")[2]

    def example(self, draw: Draw) -> Case:
        """The case that these draws make."""
        return Case(self.id, self.title, tuple(self.play(draw)), self.note, self.over, self.needs)


Where = Callable[[Any, Heard], bool | str]
"""A pure function of what was seen: True (as expected), False, or words for what is wrong."""
