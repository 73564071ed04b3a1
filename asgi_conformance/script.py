"""A case is a value: a title and a flat list of lines. No I/O here.

`sends` is what we do, `gets` is what the subject did, so a `gets` line is an expectation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from asgi_conformance.timeline import Facts, Seen, Timeline
from asgi_conformance.verdict import Verdict


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


class Over(Enum):
    """What carries the exchange. Names of the capability that a server must have."""

    TCP = "tcp"
    UNIX = "unix"
    TLS = "tls"
    HTTP2 = "http2"
    HTTP2_TLS = "http2-tls"
    HTTP3 = "http3"


# --------------------------------------------------------------------------- what a line does


@dataclass(frozen=True, slots=True)
class Connects:
    """The client connects and stays silent."""


@dataclass(frozen=True, slots=True)
class Sends:
    """The client writes bytes; every piece is a write of its own."""

    pieces: tuple[bytes, ...]
    text: str = ""
    along: bool = False
    """Do not wait until the server has taken it all: the rest goes out while the play goes on."""
    early: bool = False
    """To a server that is starting: try to connect until it accepts, or until it calls the application."""


@dataclass(frozen=True, slots=True)
class StopsReading:
    """The client reads nothing more for a while."""


@dataclass(frozen=True, slots=True)
class ReadsAgain:
    """The client reads again."""


@dataclass(frozen=True, slots=True)
class Requests:
    """The client opens a stream (HTTP/2, HTTP/3): fields with the pseudo-header fields first, then a body."""

    stream: str
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    ends: bool = True


@dataclass(frozen=True, slots=True)
class SendsData:
    """The client sends more on a stream."""

    stream: str
    data: bytes
    ends: bool


@dataclass(frozen=True, slots=True)
class ResetsStream:
    """The client resets a stream (RST_STREAM with CANCEL)."""

    stream: str


@dataclass(frozen=True, slots=True)
class Closes:
    """The client closes (`fin`), resets (`reset`) or shuts down its sending side (`half`)."""

    how: str = "fin"


@dataclass(frozen=True, slots=True)
class Hears:
    """The client listens until the line's matchers have enough."""

    within: float | None = None


@dataclass(frozen=True, slots=True)
class IsQuiet:
    """The client listens for the shortest bounded time; nothing ought to come."""


@dataclass(frozen=True, slots=True)
class IsCalled:
    """The application is called. `on`: pick the call with this path, where several are under way."""

    on: str | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class IsNotCalled:
    """No call comes within the shortest bounded time, or within so many seconds."""

    within: float | None = None


@dataclass(frozen=True, slots=True)
class Receives:
    """The application awaits `receive()`."""

    within: float | None = None


@dataclass(frozen=True, slots=True)
class ReceivesBody:
    """The application awaits `receive()` until the request body has ended."""


@dataclass(frozen=True, slots=True)
class ReceivesSeveral:
    """The application awaits `receive()` so many times; the first event that is no data message is the last."""

    count: int


@dataclass(frozen=True, slots=True)
class SendsEvent:
    """The application awaits `send(event)`."""

    event: Any
    times: int = 1
    spoil: bool = False
    """Empty the event, and the lists in it, as soon as `send` has returned."""
    through: str = ""
    """Whose `send`: that of this earlier call instead of its own."""
    last: bool = False
    """The call ends with it, at once: what `send` raises leaves the call."""


@dataclass(frozen=True, slots=True)
class Begins:
    """A `receive` or `send` in a task of its own, finished by a later line."""

    task: str
    what: str
    event: Any = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Finishes:
    """The outcome of a task begun earlier."""

    task: str
    within: float | None = None


@dataclass(frozen=True, slots=True)
class StillWaits:
    """A task begun earlier is not done, also after the shortest bounded time, or after so many seconds."""

    task: str
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Cancels:
    """The application cancels a task begun earlier."""

    task: str


@dataclass(frozen=True, slots=True)
class Returns:
    """The application's call ends."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Raises:
    """An exception leaves the application's call."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reraises:
    """The exception that `send` raised last leaves the application's call; without one the call ends."""


@dataclass(frozen=True, slots=True)
class LooksAtScope:
    """The application looks at its scope again, after changing it or not."""

    how: str = "look"
    path: tuple[Any, ...] = ()
    value: Any = None


@dataclass(frozen=True, slots=True)
class Starts:
    """A server process of the case's own is started."""


@dataclass(frozen=True, slots=True)
class Serves:
    """The process accepts connections."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The process gets a signal: `SIGTERM`, `SIGINT`."""

    signal: str


@dataclass(frozen=True, slots=True)
class Exits:
    """The process ends."""


@dataclass(frozen=True, slots=True)
class Prints:
    """What the process has printed so far."""


Act = (
    Connects
    | Sends
    | StopsReading
    | ReadsAgain
    | Requests
    | SendsData
    | ResetsStream
    | Closes
    | Hears
    | IsQuiet
    | IsCalled
    | IsNotCalled
    | Receives
    | ReceivesBody
    | ReceivesSeveral
    | SendsEvent
    | Begins
    | Finishes
    | StillWaits
    | Cancels
    | Returns
    | Raises
    | Reraises
    | LooksAtScope
    | Starts
    | Serves
    | Signals
    | Exits
    | Prints
)


# --------------------------------------------------------------------------- lines and cases


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
        expected = " or ".join(
            f"{name}: {matcher.says()}" if name else matcher.says() for name, matcher in self.ways.items()
        )
        owed = "".join(f"  [{settles.requirement}]" for settles in self.settles)
        return f"{self.who.replace(':', ' ')} {_did(self.act)}{' ' if expected else ''}{expected}{owed}"


def _did(act: Act) -> str:
    match act:
        case Connects():
            return "connects"
        case Sends(pieces, text, along, early):
            words = text or f"{'begins to send' if along else 'sends'} " + " then ".join(_short(piece) for piece in pieces)
            return f"{words} as soon as it can connect" if early else words
        case StopsReading():
            return "stops reading"
        case ReadsAgain():
            return "reads again"
        case Requests(stream, fields, body, ends):
            words = " ".join(value.decode("latin-1") for name, value in fields if name in (b":method", b":path"))
            return f"requests {words} on stream {stream}{f' with body {_short(body)}' if body else ''}{'' if ends else ' …'}"
        case SendsData(stream, data, ends):
            return f"sends {_short(data)} on stream {stream}{' and ends it' if ends else ''}"
        case ResetsStream(stream):
            return f"resets stream {stream}"
        case Closes(how):
            return {"fin": "closes", "reset": "resets the connection", "half": "shuts down its sending side"}[how]
        case Hears() | Receives():
            return "gets"
        case IsQuiet():
            return "gets nothing"
        case IsCalled():
            return "is called with"
        case IsNotCalled():
            return "is not called"
        case ReceivesBody():
            return "gets the request body:"
        case ReceivesSeveral():
            return "gets, one after the other,"
        case SendsEvent(event, times, _, through, last):
            whose = f" through the send of {through.replace(':', ' ')}" if through else ""
            end = ", its last," if last else ""
            return f"sends {_short(event)}{f' {times} times' if times > 1 else ''}{whose}{end}"
        case Begins(task, "receive"):
            return f"begins to receive ({task})"
        case Begins(task, "receive_body"):
            return f"begins to receive the request body ({task})"
        case Begins(task, _, event, times):
            return f"begins to send {_short(event)}{f' {times} times' if times > 1 else ''} ({task})"
        case Finishes(task):
            return f"finishes {task}:"
        case StillWaits(task):
            return f"is still waiting in {task}"
        case Cancels(task):
            return f"cancels {task}"
        case Returns(value):
            return "returns" if value is None else f"returns {value!r}"
        case Raises(kind, text):
            return f"raises {kind}({text!r})"
        case Reraises():
            return "lets the last exception of send pass"
        case LooksAtScope("look"):
            return "looks at its scope:"
        case LooksAtScope(how, path, value):
            place = "".join(f"[{key!r}]" for key in path)
            return f"changes its scope ({how} {place}{'' if how == 'delete' else f' {value!r}'}):"
        case Starts():
            return "starts"
        case Serves():
            return "accepts connections"
        case Signals(signal):
            return f"gets {signal}"
        case Exits():
            return "ends"
        case Prints():
            return "has printed"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 400 else f"{text[:300]}… ({len(value)} long)"


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
    """What the subject has to offer, else the case is `unsupported`: `websocket`, `lifespan`, `extension:NAME`."""
    options: Mapping[str, str] = field(default_factory=dict)
    """How the server must be set up: `root_path`; `application`: the name of another shape of application, see
    `remote/remote_application.py`. A process of its own then serves the case."""

    @property
    def own_process(self) -> bool:
        """Whether it is about a server's life, and so gets a process of its own."""
        return bool(self.options) or self.starts_it

    @property
    def starts_it(self) -> bool:
        """Whether its lines say when the process starts."""
        return any(isinstance(line.act, Starts) for line in self.lines)

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


Where = Callable[[Any, Heard], bool | str]
"""A pure function of what was seen: True (as expected), False, or words for what is wrong."""
