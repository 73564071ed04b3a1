"""The lint: what it notices of an application, where, and what it leaves alone."""

import asyncio
import inspect
import io
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance import lint
from asgi_conformance.lint import Violation
from asgi_conformance.remote.wsgi_watch import Breach
from asgi_conformance.verdict import Verdict

HTTP: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.5"},
    "method": "GET",
    "path": "/x",
}
WEBSOCKET: dict[str, Any] = {
    "type": "websocket",
    "asgi": {"version": "3.0", "spec_version": "2.5"},
    "path": "/x",
    "subprotocols": ["a"],
}
LIFESPAN: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
EVENTS: dict[str, list[dict[str, Any]]] = {
    "http": [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}],
    "websocket": [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1005}],
    "lifespan": [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}],
}
START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}
BODY: dict[str, Any] = {"type": "http.response.body", "body": b"ok"}

Application = Callable[[Any, Any, Any], Awaitable[Any]]


def sends(*events: Any, receives: int = 1, returns: Any = None) -> Application:
    """An application that receives, and then sends these."""

    async def application(scope: Any, receive: Any, send: Any) -> Any:
        for _ in range(receives):
            await receive()
        for event in events:
            await send(event)
        return returns

    return application


def watched(
    application: Application, scope: dict[str, Any], refuse: dict[int, BaseException] | None = None
) -> tuple[list[Violation], list[Any]]:
    """The violations, and what reached the server; it raises these errors instead of taking the event so numbered."""
    found: list[Violation] = []
    sent: list[Any] = []
    events = iter(EVENTS.get(scope["type"], []))

    async def receive() -> Any:
        return next(events)

    async def send(*args: Any, **kwargs: Any) -> None:
        sent.append((*args, *kwargs.values())[0])
        if error := (refuse or {}).get(len(sent) - 1):
            raise error

    asyncio.run(lint.asgi(application, report=found.append)(scope, receive, send))
    return found, sent


def broken(application: Application, scope: dict[str, Any], **settings: Any) -> list[str]:
    return [violation.requirement for violation in watched(application, scope, **settings)[0]]


DENIAL = [
    {"type": "websocket.http.response.start", "status": 404, "headers": []},
    {"type": "websocket.http.response.body"},
]
LAWFUL: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "a response": (HTTP, [START, BODY]),
    "in pieces": (HTTP, [START, {**BODY, "more_body": True}, {"type": "http.response.body"}]),
    "no headers": (HTTP, [{"type": "http.response.start", "status": 204}, {"type": "http.response.body"}]),
    "any iterable of headers": (HTTP, [{**START, "headers": ([b"x-a", b"1"] for _ in range(2))}, BODY]),
    "headers that are iterators": (HTTP, [{**START, "headers": [iter([b"x-a", b"1"])]}, BODY]),
    "headers of a dict": (HTTP, [{**START, "headers": {b"x-a": b"1"}.items()}, BODY]),
    "further keys": (HTTP, [{**START, "x": 1}, {**BODY, "x": [1]}]),
    "after the end": (HTTP, [START, BODY, BODY]),
    "a status of an enum": (HTTP, [{**START, "status": HTTPStatus.OK}, BODY]),
    "an extension that is offered": (
        {**HTTP, "extensions": {"http.response.pathsend": {}}},
        [START, {"type": "http.response.pathsend", "path": "/etc/hostname"}],
    ),
    "trailers that are offered": (
        {**HTTP, "extensions": {"http.response.trailers": {}}},
        [{**START, "trailers": True}, BODY, {"type": "http.response.trailers", "headers": []}],
    ),
    "a file": (
        {**HTTP, "extensions": {"http.response.zerocopysend": {}}},
        [START, {"type": "http.response.zerocopysend", "file": io.BytesIO(b"x")}],
    ),
    "a dialogue": (
        WEBSOCKET,
        [
            {"type": "websocket.accept", "subprotocol": "a", "headers": [(b"x-a", b"1")]},
            {"type": "websocket.send", "text": "x"},
            {"type": "websocket.close", "code": 1000, "reason": "bye"},
        ],
    ),
    "a refusal": (WEBSOCKET, [{"type": "websocket.close"}]),
    "a return with the socket open": (WEBSOCKET, [{"type": "websocket.accept"}]),
    "a denial that is offered": (
        {**WEBSOCKET, "extensions": {"websocket.http.response": {}}},
        [
            {"type": "websocket.http.response.start", "status": 404, "headers": []},
            {"type": "websocket.http.response.body"},
        ],
    ),
    "an empty reason for an old server": ({**WEBSOCKET, "asgi": {}}, [{"type": "websocket.close", "reason": ""}]),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_what_is_lawful_is_left_alone(name: str) -> None:
    scope, events = LAWFUL[name]
    found, sent = watched(sends(*events), scope)
    assert found == []
    assert [event["type"] for event in sent] == [event["type"] for event in events]


UNLAWFUL: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "http.response.start.status-type": (HTTP, [{**START, "status": "200"}, BODY]),
    "http.response.start.headers.bytes": (HTTP, [{**START, "headers": [("x-a", b"1")]}, BODY]),
    "http.response.start.headers.app-lowercase": (HTTP, [{**START, "headers": [(b"X-A", b"1")]}, BODY]),
    "http.response.start.headers.no-pseudo": (HTTP, [{**START, "headers": [(b":status", b"1")]}, BODY]),
    "http.response.body.app-types": (HTTP, [START, {**BODY, "body": "ok"}]),
    "http.response.start.app-first": (HTTP, [BODY, START, BODY]),
    "http.response.start.app-body-follows": (HTTP, [START]),
    "http.response.body.app-terminates": (HTTP, [START, {**BODY, "more_body": True}]),
    "common.event.type-key": (HTTP, [START, BODY, {}]),
    "common.event.type-namespaced": (HTTP, [{"type": "websocket.accept"}, START, BODY]),
    "common.event.is-dict": (HTTP, [[("type", "x")], START, BODY]),
    "common.extensions.app-no-unadvertised": (
        HTTP,
        [START, {"type": "http.response.pathsend", "path": "/etc/hostname"}],
    ),
    "ext.debug.app-not-unadvertised": (HTTP, [{"type": "http.response.debug", "info": {}}, START, BODY]),
    "ext.pathsend.app-format": (
        {**HTTP, "extensions": {"http.response.pathsend": {}}},
        [START, {"type": "http.response.pathsend", "path": "relative"}],
    ),
    "ext.denial.app-fallback": (
        WEBSOCKET,
        DENIAL,
    ),
    "ext.denial.app-order": (
        {**WEBSOCKET, "extensions": {"websocket.http.response": {}}},
        DENIAL[:1],
    ),
    "websocket.connect.app-must-reply": (WEBSOCKET, []),
    "websocket.accept.subprotocol.app-choice": (WEBSOCKET, [{"type": "websocket.accept", "subprotocol": "b"}]),
    "websocket.accept.headers.app-version": (
        {**WEBSOCKET, "asgi": {"version": "3.0"}},
        [{"type": "websocket.accept", "headers": [(b"x-a", b"1")]}],
    ),
    "common.version.app-respects": ({**WEBSOCKET, "asgi": None}, [{"type": "websocket.close", "reason": "bye"}]),
    "websocket.send.app-after-accept-only": (
        WEBSOCKET,
        [{"type": "websocket.send", "text": "x"}, {"type": "websocket.close"}],
    ),
    "websocket.send.app-exactly-one": (WEBSOCKET, [{"type": "websocket.accept"}, {"type": "websocket.send"}]),
    "websocket.close.app-once": (WEBSOCKET, [{"type": "websocket.close"}, {"type": "websocket.close"}]),
    "lifespan.startup.complete-shape": (LIFESPAN, []),
    "lifespan.app.keeps-waiting": (LIFESPAN, [{"type": "lifespan.startup.complete"}]),
}  # fmt: skip


@pytest.mark.parametrize("requirement", UNLAWFUL)
def test_what_is_not_is_told_with_its_place(requirement: str) -> None:
    scope, events = UNLAWFUL[requirement]
    found, sent = watched(sends(*events), scope)
    assert requirement in [violation.requirement for violation in found]
    assert sent == events, "it is passed on as it came"
    lines, first = inspect.getsourcelines(sends)
    for violation in found:
        assert Path(violation.file) == Path(__file__)
        assert first <= violation.line < first + len(lines)
        assert str(violation).startswith(
            f"{__file__}:{violation.line}: {violation.verdict.value} {violation.requirement}"
        )


def test_a_call_that_returns_something() -> None:
    assert broken(sends(START, BODY, returns=5), HTTP) == ["common.app.returns-none"]


def test_after_the_client_has_gone_nothing_is_owed() -> None:
    assert broken(sends(START, receives=2), HTTP) == []
    assert broken(sends(START, {**BODY, "more_body": True}), HTTP, refuse={}) == ["http.response.body.app-terminates"]


def test_a_message_that_has_crossed_the_disconnect() -> None:
    """The text tells concurrent applications to expect an error of send then, and so it is no more than a note."""
    assert broken(sends({"type": "websocket.send", "text": "x"}, receives=2), WEBSOCKET) == []


def test_what_the_server_refused_has_not_happened() -> None:
    async def tries_again(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        with pytest.raises(RuntimeError):
            await send(START)
        await send(START)
        await send(BODY)

    assert broken(tries_again, HTTP, refuse={0: RuntimeError()}) == []


def test_an_application_that_gives_up_when_send_raises() -> None:
    async def gives_up(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        with pytest.raises(OSError, match="gone"):
            await send({**BODY, "more_body": True})

    assert broken(gives_up, HTTP, refuse={1: OSError("gone")}) == []


def test_an_exception_of_the_application_passes() -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        watched(fails, HTTP)


def test_send_is_called_with_one_positional_argument() -> None:
    async def by_name(scope: Any, receive: Any, send: Any) -> None:
        await send(message=START)

    found, sent = watched(by_name, HTTP)
    assert found[0].requirement == "common.send.positional-by-app"
    assert found[0].got == "send(message=…)"
    assert sent == [START]


def test_a_task_that_outlives_the_call() -> None:
    found: list[Violation] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send(BODY)
        late.append(asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(send(BODY))))

    async def run() -> None:
        async def send(event: Any) -> None: ...

        await lint.asgi(application, report=found.append)(HTTP, None, send)  # type: ignore[arg-type] # it receives nothing
        await asyncio.sleep(0.01)

    late: list[Any] = []
    asyncio.run(run())
    assert [violation.requirement for violation in found] == ["common.extra-coroutines.finish-with-app"]


def test_the_lifespan() -> None:
    async def answers(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        scope["state"]["x"] = 1
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def replaces(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"x": 1}
        await answers(scope, receive, send)

    async def says_nothing(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()

    assert broken(answers, {**LIFESPAN, "state": {}}) == []
    assert broken(replaces, {**LIFESPAN, "state": {}}) == ["lifespan.state.app-mutates-in-place"]
    assert broken(says_nothing, LIFESPAN) == ["lifespan.shutdown.app-replies"]


def test_an_iterator_is_sent_on_as_a_list_and_nothing_else_is_touched() -> None:
    start = {**START, "headers": iter([(b"x-a", b"1")])}
    body = {**BODY, "body": bytearray(b"x")}
    found, sent = watched(sends(start, body), HTTP)
    assert sent[0] == START
    assert sent[1] is body
    assert [violation.verdict for violation in found] == [Verdict.WARN] * len(found) != []


def test_other_scopes_pass() -> None:
    assert watched(sends({"type": "x"}, receives=0), {"type": "other"}) == ([], [{"type": "x"}])


def test_the_wrapper_looks_like_the_application() -> None:
    class Framework:
        debug = True

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            """Does nothing."""

    inner = Framework()
    outer = lint.asgi(inner)
    outer.debug = False
    assert inner.debug is False is outer.debug
    (violation,) = watched(inner, HTTP)[0]
    assert violation.line == Framework.__call__.__code__.co_firstlineno
    with pytest.raises(AttributeError):
        _ = outer.nothing


def test_by_default_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def send(event: Any) -> None: ...

    async def receive() -> Any:
        return EVENTS["http"][0]

    application = lint.asgi(sends({**START, "status": "200"}, BODY, returns=1))
    asyncio.run(application(HTTP, receive, send))
    levels = [(record.levelno, record.getMessage().split()[2]) for record in caplog.records]
    assert levels == [
        (logging.ERROR, "http.response.start.status-type"),
        (logging.WARNING, "common.app.returns-none"),
    ]


def test_a_report_may_raise() -> None:
    def stop(violation: Violation) -> None:
        raise AssertionError(str(violation))

    with pytest.raises(AssertionError, match="status-type"):
        asyncio.run(lint.asgi(sends({**START, "status": "200"}, receives=0), report=stop)(HTTP, None, None))  # type: ignore[arg-type] # it neither receives nor sends


# --------------------------------------------------------------------------- WSGI: see wsgi_lint


def wsgi_application(environ: Any, start_response: Any) -> list[str]:
    start_response("200 OK", [("X", "a\x85")])
    return ["ok"]


def wsgi_call(application: Any) -> list[Any]:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/x",
        "SERVER_NAME": "test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return list(application(environ, lambda *_: list[bytes]().append))


def test_a_wsgi_violation_says_what_where_and_in_which_call() -> None:
    found: list[Violation] = []
    wsgi_call(lint.wsgi(wsgi_application, report=found.append))
    control, block = found
    first = inspect.getsourcelines(wsgi_application)[1]
    assert (control.requirement, control.verdict) == (
        "wsgi.start-response.header-value-no-control",
        Verdict.WARN,  # the text leaves it open, so the level is not what tells
    )
    assert (control.file, control.line, control.call) == (__file__, first + 1, "GET /x")
    assert (block.requirement, block.verdict) == ("wsgi.iterable.yields-bytes", Verdict.FAIL)
    assert (block.file, block.line) == (__file__, first)
    assert "expected blocks of type bytes, got 'ok' of type str" in str(block)


def test_wsgi_violations_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    wsgi_call(lint.wsgi(wsgi_application))
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR]


def test_what_may_be_done_otherwise_is_no_wsgi_violation() -> None:
    found: list[Violation] = []
    watched = lint.wsgi(wsgi_application, report=found.append)
    watched._tell(Breach("wsgi.start-response.headers-not-reused", "application", "", "", ("", 0)))
    assert found == []


def test_a_wsgi_application_lends_its_attributes() -> None:
    class Framework:
        debug = False

        def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
            start_response("200 OK", [])
            return []

    application = Framework()
    watched = lint.wsgi(application)
    watched.debug = True
    assert application.debug and watched.debug and not hasattr(watched, "nothing")
    assert wsgi_call(watched) == []


def test_a_wsgi_application_may_be_a_class() -> None:
    class Application:
        def __init__(self, environ: Any, start_response: Any) -> None:
            start_response("200 OK", [])

        def __iter__(self) -> Any:
            yield None

    found: list[Violation] = []
    wsgi_call(lint.wsgi(Application, report=found.append))
    assert [(violation.file, violation.line) for violation in found] == [
        (__file__, inspect.getsourcelines(Application.__init__)[1])
    ]
