"""What a line of a script does: a small value for every deed. `wording.py` says how each reads."""

from dataclasses import dataclass
from typing import Any

from asgi_conformance.wsgi_acts import WsgiAct


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate of the client's, issued for the run by an authority of which a server may be told."""

    subject: tuple[tuple[str, str], ...]
    """Its distinguished name from the top: attributes by their short names, as in `("C", "GB")`, with their values."""
    intermediate: bool = False
    """Whether another authority stands between the known one and it, whose certificate the client sends along."""
    trusted: bool = True
    """False: no authority that the server knows has issued it."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How a client speaks TLS. What is not said is left to both ends."""

    version: str = ""
    """`1.2` or `1.3`: this one and no other."""
    cipher: str = ""
    """OpenSSL's name of the one cipher suite that is offered for TLS 1.2; those of 1.3 cannot be chosen."""
    certificate: ClientCertificate | None = None
    """What is presented to a server that asks for it."""


@dataclass(frozen=True, slots=True)
class Connects:
    """The client connects and stays silent."""

    tls: Tls | None = None
    """Where the connection is to be set up in a way of its own."""


@dataclass(frozen=True, slots=True)
class Sends:
    """The client writes bytes; every piece is a write of its own."""

    pieces: tuple[bytes, ...]
    text: str = ""
    along: bool = False
    """Do not wait until the server has taken it all: the rest goes out while the play goes on."""
    early: bool = False
    """To a server that is starting: try to connect until it accepts, or until it calls the application."""
    opens_websocket: bool = False
    """From here on the client answers pings, as it has to."""


@dataclass(frozen=True, slots=True)
class StopsReading:
    """The client reads nothing more for a while. Over HTTP/2 it gives no more room in the flow-control windows."""

    stream: str | None = None
    """This stream only; None: the whole connection."""
    shrinks: bool = True
    """Whether the buffers of the connection are made small."""


@dataclass(frozen=True, slots=True)
class ReadsAgain:
    """The client reads again."""

    stream: str | None = None


Settings = tuple[tuple[str, int], ...]
"""Of HTTP/2, by their names in RFC 9113, section 6.5.2, in lower case."""


@dataclass(frozen=True, slots=True)
class Announces:
    """The client opens an HTTP/2 connection with these settings in its first frame."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class OpensTunnel:
    """The client opens a WebSocket on a stream (RFC 8441). What it sends and hears from then on is on that stream."""

    stream: str
    fields: tuple[tuple[bytes, bytes], ...]


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
    """Empty the event, the lists and the file in it, as soon as `send` has returned; the file is closed too."""
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
class ForgetsATask:
    """The application begins a task that outlives the call and then fails, and forgets about it."""


@dataclass(frozen=True, slots=True)
class UsesTheLoop:
    """The application sleeps, runs a task and runs a function in a thread, by its async library."""


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
class CallsApplication:
    """We, as the server, call the application with this scope."""

    scope: Any
    keywords: bool = False
    """Whether by the names of its parameters instead of by their places."""
    awaitables: str = "coroutine"
    """What `receive()` and `send()` return: a `coroutine`, a `future` or another `object` that can be awaited."""
    eager: bool = False
    """Whether `receive` and `send` come back at once where they can, without a turn of the event loop."""
    shares_state: bool = False
    """Whether the scope gets a copy of the state that the lifespan has filled."""


@dataclass(frozen=True, slots=True)
class Delivers:
    """The server has events for the application: each `receive()` gets the next."""

    events: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class TakesEvent:
    """The server takes the next event that the application sends."""


@dataclass(frozen=True, slots=True)
class TakesAnswer:
    """The server takes all that the application sends, until its call ends or nothing more can come by itself."""


@dataclass(frozen=True, slots=True)
class AwaitsEnd:
    """The call of the application ends, whatever it sends until then."""


@dataclass(frozen=True, slots=True)
class LetsTimePass:
    """So many seconds pass, on the clock of the application's event loop."""

    seconds: float


@dataclass(frozen=True, slots=True)
class FailsSends:
    """`send` raises from now on, as for a client that has left, or once so many more events have gone through."""

    kind: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class HoldsSends:
    """`send` does not come back from now on, as for a client that does not read, or once so many more have."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class ReleasesSends:
    """`send` comes back again, also where it was held."""


@dataclass(frozen=True, slots=True)
class CancelsCall:
    """The server cancels the call of the application."""


@dataclass(frozen=True, slots=True)
class LooksAround:
    """What the application has left behind: tasks, warnings, what it has logged."""


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
    | Announces
    | OpensTunnel
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
    | ForgetsATask
    | UsesTheLoop
    | Cancels
    | Returns
    | Raises
    | Reraises
    | LooksAtScope
    | CallsApplication
    | Delivers
    | TakesEvent
    | TakesAnswer
    | AwaitsEnd
    | LetsTimePass
    | FailsSends
    | HoldsSends
    | ReleasesSends
    | CancelsCall
    | LooksAround
    | Starts
    | Serves
    | Signals
    | Exits
    | Prints
    | WsgiAct
)
