"""The observer itself: what the scenarios leave out, the occasions it tells of, and what it leaves as it is."""

import contextlib
import gc
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.remote.wsgi_watch import Breach, Call, Watch, caches, environ_rules, head_rules
from asgi_conformance.remote.wsgi_watch.result import _processes
from wsgi_lint.lawful import FileWrapper
from wsgi_lint.playing import TEXT, Blocks, Server, good, streaming

START = "wsgi.start-response."


class Lenient(Server):
    def start_response(self, *args: Any) -> Any:
        self.head = args
        return self.sent.append


def starts(status: Any = "200 OK", headers: Any = None, *more: Any, result: Any = (b"ok",)) -> Callable[..., Any]:
    def application(environ: Any, start_response: Any) -> Any:
        start_response(status, [TEXT] if headers is None else headers, *more)
        return result() if callable(result) else result

    return application


def uses(use: Callable[[Any], object]) -> Callable[..., Any]:
    def application(environ: Any, start_response: Any) -> Any:
        use(environ)
        start_response("200 OK", [TEXT])
        return [b"ok"]

    return application


def told(application: Any, server: Server | None = None) -> list[tuple[str, str | None]]:
    """Requirements, and the verdicts where they are no matter of the level."""
    found: list[Breach] = []
    with contextlib.suppress(Exception):
        (server or Lenient()).run(Watch(application, found.append))
    gc.collect()
    return [(breach.requirement, breach.verdict) for breach in found]


def never(breach: Breach) -> None:
    pytest.fail(str(breach))


class Text(str):
    __slots__ = ()


class Data(bytes):
    __slots__ = ()


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class RudeLength(Blocks):
    def __len__(self) -> int:
        raise RuntimeError("no")


MORE: dict[str, tuple[Any, list[tuple[str, str | None]]]] = {
    "a tab in the status": (starts("200 a\tb"), [(START + "status-no-control", "warn")]),
    "a status of a subclass": (starts(Text("200 OK")), [(START + "status-native-str", "warn")]),
    "a status in the middle of nowhere": (starts(None), [(START + "status-native-str", None)]),
    "headers that are an iterator": (starts(headers=iter([TEXT])), [(START + "headers-list", None)]),
    "a header of three": (starts(headers=[("X", "a", "b")]), [(START + "headers-tuples", None)]),
    "a header that is None": (starts(headers=[None]), [(START + "headers-tuples", None)]),
    "a value of a subclass": (starts(headers=[("X", Text("a"))]), [(START + "headers-tuples", "warn")]),
    "two lengths": (starts(headers=[("Content-Length", "2")] * 2), [("wsgi.content-length.app-invalid", None)]),
    "Proxy-Authenticate": (starts(headers=[("Proxy-Authenticate", "a")]), [(START + "app-no-hop-by-hop", "warn")]),
    "an empty exc_info": (starts("200 OK", [], (None, None, None)), [(START + "exc-info-type", "warn")]),
    "an exc_info of another": (starts("200 OK", [], (ValueError, 1, None)), [(START + "exc-info-type", None)]),
    "one argument": (
        lambda environ, start_response: start_response("200 OK"),
        [("wsgi.call.start-response-positional", None), ("wsgi.iterable.return-iterable", None)],
    ),
    "an object without words": (starts(result=lambda: [Rude()]), [("wsgi.iterable.yields-bytes", None)]),
    "a block of a subclass": (starts(result=lambda: [Data(b"a")]), [("wsgi.iterable.yields-bytes", "warn")]),
    "a length that raises": (starts(result=lambda: RudeLength(b"a")), []),
    "a read after hasattr()": (
        uses(lambda environ: hasattr(environ["wsgi.input"], "read1") and environ["wsgi.input"].read1()),
        [("wsgi.input.app-listed-methods", "warn")],
    ),
    "next() of the input": (
        uses(lambda environ: next(environ["wsgi.input"], None)),
        [("wsgi.input.app-listed-methods", None)],
    ),
    "the attribute of a class": (uses(lambda environ: environ["wsgi.input"].__reduce_ex__), []),
    "text on several lines": (uses(lambda environ: environ["wsgi.errors"].writelines(iter(["a"]))), []),
}


@pytest.mark.parametrize("name", MORE)
def test_of_applications_more_is_told(name: str) -> None:
    application, expected = MORE[name]
    assert told(application) == expected


def test_with_closes_a_stream() -> None:
    def use(environ: Any) -> None:
        with environ["wsgi.input"] as stream:
            stream.read(0)

    assert told(uses(use)) == [("wsgi.input.app-listed-methods", None), ("wsgi.input.app-no-close", None)]


def test_bytes_of_a_subclass_are_written() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [TEXT])(Data(b"a"))
        return []

    assert told(application) == [("wsgi.write.app-bytes", "warn")]


def test_the_exception_of_start_response_is_swallowed_before_the_return() -> None:
    class Raises(Server):
        def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
            raise exc_info[1]

    def application(environ: Any, start_response: Any) -> list[bytes]:
        error = ValueError("x")
        with contextlib.suppress(ValueError):
            start_response("500 Oops", [TEXT], (ValueError, error, None))
        return []

    unstarted = ("wsgi.start-response.before-first-body", None)
    assert told(application, Raises()) == [("wsgi.start-response.app-no-trap", None), unstarted]


def test_the_exception_of_start_response_is_swallowed_at_the_end() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [TEXT])
        yield b"a"
        error = ValueError("x")
        with contextlib.suppress(ValueError):
            start_response("500 Oops", [TEXT], (ValueError, error, None))

    assert told(application, Server()) == [("wsgi.start-response.app-no-trap", None)]


# --------------------------------------------------------------------------- servers


class OddInput(io.BytesIO):
    def readline(self, size: Any = -1) -> Any:
        return self.read()

    def readlines(self, hint: Any = -1) -> Any:
        return ["a"] if hint == 1 else [b"", *super().readlines()]


class NoText(io.StringIO):
    def write(self, text: str) -> int:
        raise TypeError("bytes")


def test_of_servers_more_is_told() -> None:
    assert told(good, Server(SCRIPT_NAME="/app/")) == [("wsgi.environ.script-name.leading-slash", "warn")]
    assert told(good, Server(HTTP_PROXY="x")) == [("wsgi.environ.http-vars.proxy-header", None)]
    absolute = Server(PATH_INFO="http://localhost/p")
    assert told(good, absolute) == [("wsgi.environ.path-info.absolute-form", None)]
    assert told(uses(lambda environ: environ["wsgi.input"].readline()), Server(b"a\nb", wsgi__input=OddInput(b"a\nb")))
    for hint, requirement in ((1, "wsgi.input.bytes-type"), (-1, "wsgi.input.readlines")):
        server = Server(b"a\nb", wsgi__input=OddInput(b"a\nb"))

        def application(environ: Any, start_response: Any, hint: Any = hint) -> Any:
            environ["wsgi.input"].readlines(*([hint] if hint == 1 else []))
            return good({}, start_response) if hint == 2 else starts()(environ, start_response)

        assert told(application, server) == [(requirement, None)]
    log = uses(lambda environ: environ["wsgi.errors"].write("a"))
    assert told(log, Server(wsgi__errors=NoText())) == [("wsgi.errors.text-mode", None)]


def test_an_environ_of_the_operating_system_may_hold_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "x")
    assert told(good, Server(HTTP_PROXY="x")) == []


def test_start_response_has_to_take_its_arguments() -> None:
    class NoExcInfo(Server):
        def start_response(self, status: Any, headers: Any) -> Any:  # type: ignore[override]  # the breach
            return self.write

    assert told(starts("200 OK", [TEXT], None), NoExcInfo()) == [("wsgi.call.start-response-arity", None)]


def test_an_environ_that_is_no_dict_is_passed_on() -> None:
    class Other(Server):
        def call(self, application: Any) -> Any:
            return application([("REQUEST_METHOD", "GET")], self.start_response)

    assert told(starts(), Other()) == [("wsgi.environ.builtin-dict", None)]


@pytest.mark.parametrize(
    ("status", "headers", "changes", "steps", "requirement"),
    [
        ("200 OK", [], {"REQUEST_METHOD": "HEAD"}, 0, "unused-body"),
        ("304 Not Modified", [], {}, 0, "unused-body"),
        ("200 OK", [("Content-Length", "1")], {}, 1, "content-length-stop"),
        ("200 OK", [], {}, 0, "not-started"),
    ],
)
def test_where_close_was_forgotten(
    status: str, headers: Any, changes: dict[str, Any], steps: int, requirement: str
) -> None:
    class Forgets(Server):
        def run(self, application: Any) -> Server:
            result = iter(self.call(application))
            for _ in range(steps):
                next(result)
            return self

    application = starts(status, headers, result=lambda: Blocks(b"a", b"b"))
    assert told(application, Forgets(**changes)) == [(f"wsgi.close.{requirement}", None)]


def test_a_child_of_a_fork_does_not_close_what_is_its_parents() -> None:
    found: list[Breach] = []
    result = Server().call(Watch(streaming, found.append))
    _processes.append(0)
    try:
        del result
    finally:
        _processes.pop()
    assert found == []


def test_a_fork_is_noticed() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, b"%d" % len(_processes))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 9) == b"%d" % (len(_processes) + 1)
    os.close(reader)
    os.close(writer)


def test_a_file_wrapper_has_to_make_an_iterable() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [TEXT])
        assert environ["wsgi.file_wrapper"].__name__ == "nothing"
        environ["wsgi.file_wrapper"](object())
        return [b""]

    def nothing(file: Any) -> None:
        """Makes none."""

    assert told(application, Server(wsgi__file_wrapper=nothing)) == [("wsgi.file-wrapper.returns-iterable", None)]


def test_a_file_wrapper_is_a_class_to_those_who_ask() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        result = environ["wsgi.file_wrapper"](io.BytesIO(b"a"))
        assert isinstance(result, environ["wsgi.file_wrapper"])
        start_response("200 OK", [TEXT])
        return result

    Server(wsgi__file_wrapper=FileWrapper).run(Watch(application, never))


# --------------------------------------------------------------------------- what is left as it is


def test_a_result_keeps_what_it_is() -> None:
    class Empty(Blocks):
        def __len__(self) -> int:
            return 0

    result = Server().call(Watch(starts(result=Empty), never))
    assert not result and len(result) == 0
    result.close()
    result = Server().call(Watch(starts(result=lambda: Blocks(b"a", b"b")), never))
    assert result and not hasattr(result, "__len__") and not hasattr(result, "nothing")
    assert [next(result), next(result), next(result, None)] == [b"a", b"b", None]
    result.close()


def test_a_list_without_a_fault_is_passed_on_itself() -> None:
    blocks = [b"ok"]
    assert Server().call(Watch(starts(result=blocks), never)) is blocks


def test_a_result_that_is_iterated_anew_is_not_too_long() -> None:
    class Again:
        def __iter__(self) -> Any:
            return iter([b"ok"])

    application = starts("200 OK", [("Content-Length", "2")], result=Again)
    result = Server().call(Watch(application, never))
    assert [list(result), list(result)] == [[b"ok"], [b"ok"]]


def test_caches_are_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "LIMIT", 1)
    for number in range(3):
        assert told(starts(f"20{number} OK"), Server().change({f"HTTP_X{number}": "a"})) == []
        assert told(starts(f"20{number} OK"), Server(SERVER_NAME=f"name{number}")) == []
    assert len(environ_rules._shapes) == 1 and len(head_rules._statuses) == 1


def test_the_place_is_that_of_the_call() -> None:
    found: list[Breach] = []
    Lenient().run(Watch(starts("200"), found.append, ("app.py", 3)))
    Lenient().change({"SERVER_PORT": 1}).run(Watch(starts(), found.append, ("app.py", 3)))
    assert [breach.place for breach in found] == [(__file__, found[0].place[1]), ("app.py", 3)]
    assert [(breach.side, breach.call) for breach in found] == [("application", "GET /p"), ("server", "GET /p")]
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert "start_response(status" in lines[found[0].place[1] - 1]


# --------------------------------------------------------------------------- occasions


class Log(Call):
    def __init__(self, environ: Any) -> None:
        self.log: list[tuple[Any, ...]] = []
        logs.append(self)

    def starts(self, arguments: Any, named: Any, error: Any) -> None:
        self.log.append(("starts", arguments[0], len(arguments), named, type(error)))

    def writes(self, data: Any, error: Any) -> None:
        self.log.append(("writes", data, type(error)))

    def returns(self, result: Any) -> None:
        self.log.append(("returns", type(result)))

    def raises(self, error: BaseException, where: str) -> None:
        self.log.append(("raises", type(error), where))

    def yields(self, block: Any) -> None:
        self.log.append(("yields", block))

    def ends(self) -> None:
        self.log.append(("ends",))

    def closes(self) -> None:
        self.log.append(("closes",))

    def uses(self, stream: str, method: str, arguments: Any, outcome: Any) -> None:
        self.log.append(("uses", stream, method, arguments, outcome))


logs: list[Log] = []
NONE = type(None)


def log_of(application: Any, server: Server | None = None, listener: Any = Log) -> list[tuple[Any, ...]]:
    logs.clear()
    with contextlib.suppress(Exception):
        (server or Server()).run(Watch(application, lambda breach: None, listener=listener))
    return logs[0].log if logs else []


def test_the_first_step_may_be_after_close() -> None:
    class ClosesFirst(Server):
        def run(self, application: Any) -> Server:
            result = self.call(application)
            self.close(result)
            self.iterate(result)
            return self

    assert told(streaming, ClosesFirst()) == [("wsgi.iterable.after-close", None)]


def test_what_was_learned_does_not_hide_what_comes_later() -> None:
    """Each of these is like one before that was right, but for one value."""
    assert told(good, Server()) == told(good, Server()) == []
    for name, value, requirement in (
        ("QUERY_STRING", 1, "values-native-str"),
        ("REMOTE_ADDR", Text("a"), "values-native-str"),
        ("QUERY_STRING", "\u65e5", "latin1-only"),
        ("HTTP_HOST", "a ", "http-vars.ows-stripped"),
        ("PATH_INFO", "p", "path-info.leading-slash"),
        ("SERVER_PORT", "", "server-port"),
        ("wsgi.version", [1, 0], "version"),
    ):
        assert [found for found, _ in told(good, Server().change({name: value}))] == [f"wsgi.environ.{requirement}"]
    for name in ("wsgi.input", "wsgi.errors"):
        found = [requirement for requirement, _ in told(starts(), Server().change({name: None}))]
        assert found == [f"{name}.methods"]
    server = Server(CONTENT_LENGTH="1")
    assert told(starts(), server) == []
    assert told(starts(), Server(CONTENT_LENGTH="x")) == [("wsgi.environ.content-length.verbatim", None)]


def test_headers_that_were_learned_do_not_hide_others() -> None:
    for headers, requirement in (
        ([TEXT], None),
        ([TEXT, ("X", "a\x00")], "header-value-no-control"),
        ([list(TEXT)], "headers-tuples"),
        ([(*TEXT, "")], "headers-tuples"),
        ([("Content-Type", b"")], "headers-tuples"),
    ):
        found = [name for name, _ in told(starts(headers=headers))]
        assert found == ([START + requirement] if requirement else [])
    for value in ("2", "x"):
        found = [name for name, _ in told(starts(headers=[TEXT, ("Content-Length", value)]))]
        assert found == ([] if value == "2" else ["wsgi.content-length.app-invalid"])


def test_a_listener_hears_what_happens() -> None:
    assert log_of(good, Server(b"hello")) == [
        ("uses", "wsgi.input", "read", (5,), b"hello"),
        ("starts", "200 OK", 2, {}, NONE),
        ("returns", list),
        ("yields", b"ok"),
        ("yields", b"hello"),
        ("ends",),
        ("closes",),
    ]


def test_a_listener_hears_of_writes_and_errors() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        write = start_response("200 OK", [TEXT])
        write(b"a")
        environ["wsgi.errors"].flush()
        with contextlib.suppress(TypeError):
            write(None)
        with contextlib.suppress(Exception):
            start_response("200 OK", [])
        with contextlib.suppress(Exception):
            environ["wsgi.errors"].write(b"")
        list(environ["wsgi.input"])
        raise ValueError("x")

    class Checks(Server):
        def write(self, data: bytes) -> None:
            self.sent.append(bytes.strip(data))

    assert [entry[0] for entry in log_of(application, Checks())] == [
        "starts", "writes", "uses", "writes", "starts", "uses", "uses", "raises",
    ]  # fmt: skip


def test_a_listener_hears_of_errors_in_the_result() -> None:
    class Breaks(Blocks):
        def __iter__(self) -> Any:
            yield b"a"
            raise ValueError("x")

        def close(self) -> None:
            raise KeyError("y")

    assert log_of(starts(result=Breaks))[2:] == [
        ("yields", b"a"),
        ("raises", ValueError, "iteration"),
        ("closes",),
        ("raises", KeyError, "close"),
    ]


def test_a_listener_that_is_not_told_apart_does_nothing() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        write = start_response("200 OK", [TEXT])
        write(b"a")
        environ["wsgi.input"].read(0)
        yield b"b"
        raise ValueError("x")

    assert log_of(application, listener=Call) == []
    assert log_of(good, listener=Call) == []
