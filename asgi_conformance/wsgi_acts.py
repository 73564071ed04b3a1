"""What a line does where WSGI is spoken: a small value for every deed, with the words for it in reports."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StartsResponse:
    """The application calls `start_response`."""

    status: Any
    headers: Any
    exc_info: tuple[str, str] | None | bool = False
    """The class and text of an exception that was really raised and caught; False: only two arguments."""

    @property
    def words(self) -> str:
        with_error = "" if self.exc_info is False else f", {'None' if self.exc_info is None else 'sys.exc_info()'}"
        return f"calls start_response({_short(self.status)}, {_short(self.headers)}{with_error})"


@dataclass(frozen=True, slots=True)
class Writes:
    """The application calls `write`."""

    data: Any

    @property
    def words(self) -> str:
        return f"writes {_short(self.data)}"


@dataclass(frozen=True, slots=True)
class UsesStream:
    """The application calls a method of `wsgi.input` or `wsgi.errors`."""

    key: str
    method: str
    arguments: tuple[Any, ...] = ()
    within: float | None = None

    @property
    def words(self) -> str:
        return f"calls {self.key}.{self.method}({', '.join(map(_short, self.arguments))}):"


@dataclass(frozen=True, slots=True)
class IteratesInput:
    """The application iterates over `wsgi.input`, for so many items at most."""

    items: int
    within: float | None = None

    @property
    def words(self) -> str:
        return "iterates over wsgi.input:"


@dataclass(frozen=True, slots=True)
class ReadsBody:
    """The application reads as many bytes as were announced, or to the end where none were."""

    @property
    def words(self) -> str:
        return "reads the request body:"


@dataclass(frozen=True, slots=True)
class ReadsToEnd:
    """The application calls `wsgi.input.read(size)` again and again until nothing comes."""

    size: int
    up_to: int | None = None
    """It reads no further than so many bytes."""
    within: float | None = None

    @property
    def words(self) -> str:
        end = "the end" if self.up_to is None else f"byte {self.up_to}"
        return f"calls wsgi.input.read({self.size}) to {end}:"


@dataclass(frozen=True, slots=True)
class LooksAtEnviron:
    """The application looks at its environ again, after changing it or not: `look`, `set`, `delete`, `clear`."""

    how: str = "look"
    key: str = ""
    value: Any = None

    @property
    def words(self) -> str:
        deeds = {
            "look": "looks at its environ:",
            "set": f"sets environ[{self.key!r}] = {_short(self.value)}",
            "delete": f"deletes environ[{self.key!r}]",
            "clear": "clears its environ",
        }
        return deeds[self.how]


@dataclass(frozen=True, slots=True)
class ReturnsResult:
    """The application's call returns a value."""

    value: Any

    @property
    def words(self) -> str:
        return f"returns {_short(self.value)}"


@dataclass(frozen=True, slots=True)
class ReraisesOrReturns:
    """The last exception of one of the server's callables leaves the call; if there was none, it returns a value."""

    value: Any

    @property
    def words(self) -> str:
        return f"lets the last exception pass, or returns {_short(self.value)}"


@dataclass(frozen=True, slots=True)
class ReturnsIterable:
    """The application's call returns an iterable of ours, which gives what later lines say."""

    shape: str = "closable"
    length: int = 0
    error: tuple[str, str] | None = None
    """What its `close` raises: class and text."""
    blocks: tuple[Any, ...] | None = None
    """Its items, which need no script; None: every one is said by a line."""
    times: int = 1
    """How often it gives them all."""

    @property
    def words(self) -> str:
        return f"returns an iterable ({self.shape}{', whose close raises' if self.error else ''})"


@dataclass(frozen=True, slots=True)
class ReturnsFile:
    """The application's call returns what `wsgi.file_wrapper` makes of a file of ours, which tells of its close."""

    file: Any
    size: int = 0
    """The second argument; 0: none."""
    kind: str = "positioned"
    """`bare`: has only `read`; `closable`: and `close`; `descriptor`: and `fileno`; `positioned`: and `tell`, `seek`;
    `itself`: the file as it is."""
    consumed: int = 0
    """So many bytes of it are read beforehand."""
    inside: str = ""
    """What is returned instead, with the wrapper in it: a `generator`, a `delegate`."""

    @property
    def words(self) -> str:
        wrapper = f"wsgi.file_wrapper({_short(self.file)}{f', {self.size}' if self.size else ''})"
        return f"returns {wrapper}{f' inside a {self.inside}' if self.inside else ''}"


@dataclass(frozen=True, slots=True)
class WrapsFile:
    """The application calls `wsgi.file_wrapper` and does not return what it gets."""

    file: Any
    size: int = 0
    kind: str = "positioned"
    then: str = ""
    """What it does with it: `iterate` (the outcome's value is the list of the items), `close`; empty: nothing."""

    @property
    def words(self) -> str:
        arguments = f"{_short(self.file)}{f', {self.size}' if self.size else ''}"
        return f"calls wsgi.file_wrapper({arguments}){f' and {self.then}s it' if self.then else ''}:"


@dataclass(frozen=True, slots=True)
class IsAsked:
    """The server asks the iterable for its next item."""

    within: float | None = None

    @property
    def words(self) -> str:
        return "is asked for the next item"


@dataclass(frozen=True, slots=True)
class IsNotAsked:
    """The server asks for no item within the shortest bounded time, or within so many seconds."""

    within: float | None = None

    @property
    def words(self) -> str:
        return "waits to see that it is asked for"


@dataclass(frozen=True, slots=True)
class Yields:
    """The server asks for the next item, and gets this."""

    data: Any

    @property
    def words(self) -> str:
        return f"yields {_short(self.data)}"


@dataclass(frozen=True, slots=True)
class Stops:
    """The server asks for the next item, and there is none."""

    @property
    def words(self) -> str:
        return "ends the iteration"


@dataclass(frozen=True, slots=True)
class ReleasesClose:
    """`close()` of the iterable comes back."""

    @property
    def words(self) -> str:
        return "lets close() come back"


@dataclass(frozen=True, slots=True)
class CountsCalls:
    """So many calls come at most, each under the name `wsgi_app:1`, `wsgi_app:2`, …; no more for this long."""

    most: int
    first: int
    """The number of the first."""
    within: float

    @property
    def words(self) -> str:
        return f"counts the calls that come at once, up to {self.most}:"


@dataclass(frozen=True, slots=True)
class IsClosed:
    """The server calls `close()` of the iterable."""

    within: float | None = None

    @property
    def words(self) -> str:
        return "sees close():"


@dataclass(frozen=True, slots=True)
class IsNotClosed:
    """No `close()` within the shortest bounded time."""

    @property
    def words(self) -> str:
        return "waits to see"


@dataclass(frozen=True, slots=True)
class WasUsed:
    """What the server has done with the iterable so far."""

    later: bool = False
    """Whether to look after the shortest bounded time only."""

    @property
    def words(self) -> str:
        return f"looks{' later' if self.later else ''} at how its iterable was used:"


@dataclass(frozen=True, slots=True)
class LooksForErrors:
    """Whether something still holds the exception that an earlier call has told the server of."""

    @property
    def words(self) -> str:
        return "looks whether the exception of the earlier call is gone:"


@dataclass(frozen=True, slots=True)
class BeginsDeed:
    """The application begins something that may not come back at once; a later line has its outcome."""

    deed: StartsResponse | Writes | UsesStream | ReadsToEnd

    @property
    def words(self) -> str:
        return f"begins: {self.deed.words}"


@dataclass(frozen=True, slots=True)
class FinishesDeed:
    """What came of the deed that was begun."""

    within: float | None = None

    @property
    def words(self) -> str:
        return "has done it:"


InServer = (
    ReleasesClose
    | CountsCalls
    | BeginsDeed
    | FinishesDeed
    | StartsResponse
    | Writes
    | UsesStream
    | IteratesInput
    | ReadsBody
    | ReadsToEnd
    | LooksAtEnviron
    | ReturnsResult
    | ReraisesOrReturns
    | ReturnsIterable
    | ReturnsFile
    | WrapsFile
    | IsAsked
    | IsNotAsked
    | Yields
    | Stops
    | IsClosed
    | IsNotClosed
    | WasUsed
    | LooksForErrors
)


@dataclass(frozen=True, slots=True)
class CallsWsgi:
    """We, as the server, call the application."""

    environ: Any
    body: bytes = b""
    terminated: bool = False
    """Whether `wsgi.input` ends by itself; else a read beyond what was announced is recorded, and gets nothing."""
    pieces: int = 0
    """So many bytes at most does a read give; 0: as many as are asked for."""
    fails: str = ""
    """`write`, `read`: the client has left, and `write` or a read raises `OSError`; `read-later`: but the first read.
    `exc_info`: as if the head had gone out already."""
    file_wrapper: bool = True
    """Whether `wsgi.file_wrapper` is offered."""
    spoils_headers: bool = False
    """Whether the list of headers is emptied once the response has begun."""

    @property
    def words(self) -> str:
        return f"calls the application with {_short(self.environ)}"


@dataclass(frozen=True, slots=True)
class TakesResult:
    """The application's call returns, or raises."""

    @property
    def words(self) -> str:
        return "gets back"


@dataclass(frozen=True, slots=True)
class AsksForBlock:
    """We, as the server, ask for the next item; a later line takes it."""

    @property
    def words(self) -> str:
        return "asks for the next item"


@dataclass(frozen=True, slots=True)
class TakesBlock:
    """We, as the server, ask for the next item."""

    @property
    def words(self) -> str:
        return "asks for the next item, and gets"


@dataclass(frozen=True, slots=True)
class TakesWhole:
    """We, as the server, take all that is left of the response, and call `close()`."""

    @property
    def words(self) -> str:
        return "gets the response:"


@dataclass(frozen=True, slots=True)
class ClosesResult:
    """We, as the server, call `close()` of what the application returned, where it has one."""

    @property
    def words(self) -> str:
        return "calls close()"


ByServer = CallsWsgi | TakesResult | AsksForBlock | TakesBlock | TakesWhole | ClosesResult

WsgiAct = InServer | ByServer


def _short(value: Any, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
