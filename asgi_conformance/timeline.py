"""What was recorded at both ends, in order. Written by the stage, read by the judge; no I/O.

An entry that answers a line of the script carries the line's index. What it holds is one of the small values below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class End(Enum):
    """How far a connection has come, seen from the client."""

    OPEN = "open"
    FIN = "closed"
    RESET = "reset"


class Why(Enum):
    """Why something that the script waited for did not come, or could not be done."""

    SILENCE = "nothing came"
    ENDED = "the application's call had ended"
    DIED = "the server process ended"
    REFUSED = "the connection was refused"
    NOT_STARTED = "the server did not start"
    NO_HANDSHAKE = "the TLS handshake failed"
    UNKNOWN = "the script speaks of something that never was"
    STUCK = "the application blocks its event loop"


@dataclass(frozen=True, slots=True)
class Done:
    """We did something that has no outcome of its own."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What both ends of a TLS connection agreed upon and know of each other, as the client sees it."""

    version: int
    """As the protocol writes it: 0x0304 for TLS 1.3."""
    cipher_suite: int
    """Its number in IANA's registry."""
    server: bytes
    """The certificate that the server sent, DER."""
    client: tuple[bytes, ...] = ()
    """The certificates that we present where we are asked for them, our own first, DER."""


@dataclass(frozen=True, slots=True)
class Connected(Done):
    """We connected. An address is (host, port), or the path of a unix socket (empty for our end, which has no name)."""

    own: tuple[str, int] | str = ""
    peer: tuple[str, int] | str = ""
    tls: Negotiated | None = None
    """None: without TLS."""


@dataclass(frozen=True, slots=True)
class Call:
    """The application was called."""

    scope: Any
    facts: Mapping[str, Any]
    """`arguments` (count), `keywords`, `library`, `loop`, `main_thread`, `ids` (identities by key), `pid`, ..."""


@dataclass(frozen=True, slots=True)
class WsgiCall:
    """The WSGI application was called."""

    environ: Any
    facts: Mapping[str, Any]
    """`arguments` (count), `keywords`, `missing` (methods of the streams), `file_wrapper`, `thread`, `pid`, ..."""


@dataclass(frozen=True, slots=True)
class Environ:
    """The environ looked at again, later in the call."""

    environ: Any


@dataclass(frozen=True, slots=True)
class Uses:
    """What the server has done so far with the iterable that the WSGI application returned."""

    all: tuple[str, ...]
    """`iter`, `next`, `close`, `attribute NAME`, in their order."""


@dataclass(frozen=True, slots=True)
class Event:
    """What `receive()` returned."""

    value: Any
    id: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """The events that made up a request body, and their contents joined. Long series are cut in the middle."""

    events: tuple[Any, ...]
    body: Any
    """bytes, or `codec.LargeBytes`"""


@dataclass(frozen=True, slots=True)
class Events:
    """What several calls of `receive()` returned, in order."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception, as far as it can travel."""

    type: str
    kinds: tuple[str, ...]
    """Names of the classes in its method resolution order."""
    text: str = ""

    def is_a(self, name: str) -> bool:
        return name in self.kinds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call of `send`, or of a task that was begun earlier."""

    raised: Raised | None = None
    value: Any = None
    cancelled: bool = False
    done: int = 1
    """How many of several equal sends went through."""
    awaitable: bool = True


@dataclass(frozen=True, slots=True)
class Wire:
    """Bytes that reached the client, and whether they were what the line waited for."""

    data: bytes
    end: End = End.OPEN
    enough: bool = True
    """False: patience ran out first."""


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One thing that came on a multiplexed connection (HTTP/2, HTTP/3)."""

    kind: str
    """`headers`, `data`, `end`, `reset`, `push`, `goaway`"""
    stream: str
    """Our name of the stream; `#4` for one that the server opened."""
    value: Any = None
    """Fields as a tuple of (name, value), bytes of data, or an error code."""


@dataclass(frozen=True, slots=True)
class Streams:
    """What came on a multiplexed connection since the client last listened, and whether it was what was waited for."""

    events: tuple[StreamEvent, ...]
    end: End = End.OPEN
    enough: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope looked at again, later in the call."""

    scope: Any
    ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Called(Done):
    """We called the application."""

    scope: Any = None
    ids: Mapping[str, int] = field(default_factory=dict)
    """Identities of the values in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application has sent since we last took something, and how its call ended."""

    events: tuple[Any, ...]
    outcome: Outcome | None = None
    """None: the call goes on."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the application has left behind."""

    tasks: tuple[str, ...] = ()
    """Names of those that a call of this case began and that have not ended."""
    troubles: tuple[str, ...] = ()
    """What the event loop had to complain of: exceptions that nobody fetched."""
    warnings: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    """What was logged as a warning or worse."""
    scopes: tuple[str, ...] = ()
    """What was done to the scopes that it was given."""


@dataclass(frozen=True, slots=True)
class WsgiAnswer:
    """What the WSGI application has answered, as a server would have it."""

    status: Any = None
    """`200 OK`; None: `start_response` was not called."""
    headers: Any = None
    body: tuple[Any, ...] = ()
    """What was written, then the blocks."""
    outcome: Outcome = Outcome()


@dataclass(frozen=True, slots=True)
class WsgiLog:
    """Everything that happened in one call of the WSGI application, and what of it breaks a rule."""

    environ: Any
    """As it was given."""
    steps: tuple[tuple[str, Any], ...] = ()
    """`start` with (status, headers, whether `exc_info` was given); `write`, `returned` (type, length or None),
    `block`, `end`, `closed`, `read`, `error`, `raised`; `uncallable`: it does not take two arguments by position;
    `shared`: it returned an iterator that an earlier call returned; `ahead`: a middleware was asked for an item before
    a line did, for it had returned without calling its application."""
    breaches: tuple[tuple[str, str, str, str, str, str | None], ...] = ()
    """(requirement, side, got, expected, place, verdict)"""


class What(Enum):
    """What happened in a call of the application."""

    ASKS = "asks for an event"
    RECEIVED = "received"
    SENT = "sent"
    REFUSED = "send raised for"
    HELD = "send does not come back for"
    MISUSED = "called"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in a call of the application."""

    what: What
    value: Any = None
    """The event; the `Outcome` of the call; the text of the wrong call."""
    place: str = ""
    """`file:line` of the call of `send`."""
    late: bool = False
    """Whether the call had ended."""


@dataclass(frozen=True, slots=True)
class CallLog:
    """Everything that happened in one call of the application, in its order."""

    scope: Any
    """As it was when the application was called."""
    steps: tuple[Step, ...]
    cancelled: bool = False
    """Whether we, as the server, have cancelled it."""

    @property
    def sent(self) -> tuple[Any, ...]:
        """The events that went through."""
        return tuple(step.value for step in self.steps if step.what is What.SENT)

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None: it did not."""
        return next((step.value for step in self.steps if step.what is What.ENDED), None)


@dataclass(frozen=True, slots=True)
class Exit:
    """The server process ended. `status`: exit code, negative for a signal."""

    status: int


@dataclass(frozen=True, slots=True)
class Log:
    """What the server process has printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """It did not come, or could not be done."""

    why: Why
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.why.value}{': ' if self.detail else ''}{self.detail}"


OfAnApplication = Answer | Aftermath | CallLog
OfWsgi = WsgiCall | Environ | Uses | WsgiAnswer | WsgiLog
Seen = (
    Done
    | Call
    | OfWsgi
    | Event
    | Body
    | Events
    | Outcome
    | Wire
    | Streams
    | Scope
    | OfAnApplication
    | Exit
    | Log
    | Missing
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: int
    """Microseconds since the case began."""
    who: str
    """`client`, `app`, `process`; `client:second` where there are several."""
    sends: bool
    """True: we did it (→). False: the subject did it (←)."""
    seen: Seen
    text: str = ""
    """What we did, in a few words; what the subject did is described from `seen`."""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the subject before a case is judged."""

    declared: Mapping[str, Any] = field(default_factory=dict)
    """`asgi`, `http`, `websocket`, `lifespan`: the versions it declares (str or None); `extensions`: list of names."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """What was probed and found absent: `websocket`, `lifespan`, a transport; with the reason."""
    usual: frozenset[tuple[str, str, str]] = frozenset()
    """(requirement, place, kind) of schema deviations that show on every ordinary exchange already."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole recording of one case."""

    entries: tuple[Entry, ...]
    duration_ms: float = 0.0
    trouble: str = ""
    """Our own or the environment's fault, in one sentence; the case then has no verdict but `error`."""
    died_before: str = ""
    """How the server process ended when the case was tried first, or right before; this is the second performance."""

    def answer(self, line: int) -> Seen | None:
        """What answers this line of the script; None if the performance never came to it."""
        return next((entry.seen for entry in self.entries if entry.line == line), None)

    def connected(self, who: str = "client") -> Connected:
        """How this client connected; it has to have a line of its own for that."""
        seen = (entry.seen for entry in self.entries if entry.who == who)
        return next((one for one in seen if isinstance(one, Connected)), Connected())

    def called(self) -> Called:
        """The first call of ours of the application under test."""
        return next((entry.seen for entry in self.entries if isinstance(entry.seen, Called)), Called())

    def logs(self) -> list[CallLog]:
        """Of the calls of the application under test, in the order in which they were begun."""
        return [entry.seen for entry in self.entries if isinstance(entry.seen, CallLog)]

    def calls(self) -> list[Call]:
        return [entry.seen for entry in self.entries if isinstance(entry.seen, Call)]

    def wsgi_logs(self) -> list[WsgiLog]:
        """Of the calls of the WSGI application under test."""
        return [entry.seen for entry in self.entries if isinstance(entry.seen, WsgiLog)]

    def wsgi_calls(self) -> list[WsgiCall]:
        return [entry.seen for entry in self.entries if isinstance(entry.seen, WsgiCall)]
