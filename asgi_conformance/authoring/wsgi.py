"""What a line may expect where WSGI is spoken: the matchers by the names under which suites know them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asgi_conformance.authoring.quoting import quotable
from asgi_conformance.matchers.app import ABSENT
from asgi_conformance.matchers.combine import Graded
from asgi_conformance.matchers.wsgi import EnvironIs, Gives, WasUsedSo
from asgi_conformance.matchers.wsgi_application import BlockIs, Exhausted, WsgiAnswerIs, WsgiAsWellAs, WsgiConducts
from asgi_conformance.matchers.wsgi_calls import BothSides, ServedAgain, TakesTwo
from asgi_conformance.script import Matcher, Settles
from asgi_conformance.verdict import Verdict


@quotable
def environ(keys: Mapping[str, Any] | None = None) -> Matcher:
    """An environ with these values, exact types included; a value may be a predicate (which sees `ABSENT` too)."""
    return EnvironIs(dict(keys or {}))


@quotable
def gives(value: Any) -> Matcher:
    """What was called came back with this value, exact type included; it may be a predicate."""
    return Gives(value)


@quotable
def used(what: str, times: int | None = None) -> Matcher:
    """The server has used the iterable so, or so many times: `iter`, `next`, `close`, `attribute NAME`."""
    return WasUsedSo(what, times)


def wsgi_environ(method: Any = "GET", path: Any = "/", **keys: Any) -> dict[str, Any]:
    """The environ of a request for an application in memory; `keys` replace or, with the value `ABSENT`, remove what is
    usual. A dot in a name is written as `__`: `wsgi__url_scheme`. The host adds the streams and what is missing."""
    usual = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "test",
        "HTTP_ACCEPT": "*/*",
    }
    given = {name.replace("__", "."): value for name, value in keys.items()}
    return {name: value for name, value in (usual | given).items() if value is not ABSENT}


@quotable
def wsgi_response(
    status: int | Callable[[int], bool] | None = None,
    *,
    body: bytes | None = None,
    fields: Iterable[tuple[str, str]] = (),
) -> Matcher:
    """A complete response of a WSGI application in memory; what is not given is free. `fields`: header fields it has,
    names in lower case."""
    return WsgiAnswerIs(status, body, tuple(fields))


@quotable
def wsgi_as_well_as(call: str, *, same_status: bool = False) -> Matcher:
    """The application fails only where it did so in this call (`gateway.named("usual")`) too.

    A failure is an exception, 500, or a response without a status; what it answers else is free.
    """
    return WsgiAsWellAs(f"gateway:{call}", same_status)


@quotable
def wsgi_conduct(*requirements: str) -> tuple[Settles, ...]:
    """Each of these requirements for applications, settled by all that the observer saw in all calls of the case."""
    return tuple(Settles(name, {"": WsgiConducts(name)}) for name in requirements)


@quotable
def wsgi_kept(requirement: str) -> Matcher:
    """The application keeps this requirement in all calls of the case: `wsgi_conduct` as one expectation of several."""
    return WsgiConducts(requirement)


@quotable
def served_again(first: str, *again: str) -> Matcher:
    """The application does not fail where it did not fail in the first call, which this one repeats; one that fails
    only now and then is not held to it. `again`: other calls that repeat the first."""
    return ServedAgain(f"gateway:{first}", tuple(f"gateway:{name}" for name in again))


@quotable
def takes_two() -> Matcher:
    """The application can be called with two arguments by position, whatever comes of it."""
    return TakesTwo()


@quotable
def both_sides() -> Matcher:
    """A middleware has broken no rule for applications in front, and none for servers behind."""
    return BothSides()


@quotable
def no_occasion(matcher: Matcher, why: str = "there was no occasion") -> Matcher:
    """A way to answer that says nothing of the requirement: it is `blocked`."""
    return Graded(matcher, Verdict.BLOCKED, why)


@quotable
def kept_in_front(*requirements: str, by: str) -> tuple[Settles, ...]:
    """Settles `by` unless a middleware broke one of these requirements for applications."""
    return tuple(Settles(by, {"": WsgiConducts(name)}) for name in requirements)


@quotable
def kept_inside(*requirements: str, by: str) -> tuple[Settles, ...]:
    """Settles `by` unless a middleware broke one of these requirements for servers inside it."""
    return tuple(Settles(by, {"": WsgiConducts(name, "server")}) for name in requirements)


@quotable
def block(data: bytes) -> Matcher:
    """The application gives this block next."""
    return BlockIs(data)


@quotable
def exhausted() -> Matcher:
    """The application has no block left."""
    return Exhausted()
