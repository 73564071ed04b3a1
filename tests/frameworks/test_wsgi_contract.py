"""The contract's applications for WSGI: each is imported alone and answers its routes, without a server."""

import functools
import importlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

import pytest

from asgi_conformance.applications import FOLDER

CALLS = Path(__file__).with_name("wsgi_calls.py")
GREETING = "asgi-conformance contract 1"
MODEL = "wsgi_contract"
FRAMEWORKS = sorted(path.stem for path in FOLDER.glob("wsgi_on_*.py"))
LEFT_OUT = {
    "wsgi_on_bottle": [("POST", "/echo/stream")],
    "wsgi_on_django": [("GET", "/repeated")],
    "wsgi_on_falcon": [("GET", "/repeated")],
}
Answer = dict[str, Any]


def asked(method: str, target: str, body: str = "", take: int | None = None, **more: str) -> dict[str, Any]:
    path, _, query = target.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, **more}
    return {"environ": environ, "body": body, "take": take}


def fields(answer: Answer, name: str) -> list[str]:
    return [value for found, value in answer["headers"] if found == name]


def is_text(words: str) -> Callable[[Answer], bool]:
    return lambda got: (
        got["status"] == 200 and got["body"] == words and fields(got, "content-type")[0].startswith("text/plain")
    )


def is_bytes(body: str) -> Callable[[Answer], bool]:
    return lambda got: (
        got["status"] == 200 and got["body"] == body and fields(got, "content-type") == ["application/octet-stream"]
    )


def is_json(value: Any) -> Callable[[Answer], bool]:
    return lambda got: got["status"] == 200 and json.loads(got["body"].encode("latin-1")) == value


def holds_field(name: str, value: str) -> Callable[[Answer], bool]:
    return lambda got: [name, value] in [[one.lower(), text] for one, text in json.loads(got["body"])]


def links(got: Answer) -> bool:
    return str(json.loads(got["body"])["link"]).endswith("/mounted/link")


def sets_three_cookies(got: Answer) -> bool:
    pairs = [value.partition(";")[0].strip() for value in fields(got, "set-cookie")]
    return is_text("cookies")(got) and pairs == ["a=1", "b=2", "c=3"]


def repeats(got: Answer) -> bool:
    return is_text("repeated")(got) and fields(got, "x-repeated") == ["one", "two"]


def leads_to(path: str) -> Callable[[Answer], bool]:
    return lambda got: got["status"] in (301, 302, 303, 307, 308) and fields(got, "location")[0].endswith(path)


def is_empty(status: int) -> Callable[[Answer], bool]:
    return lambda got: got["status"] == status and got["body"] == ""


def breaks_off(got: Answer) -> bool:
    return (got["status"], got["body"], got["raised"]) == (200, "first\n", "contract error")


def is_first_event(got: Answer) -> bool:
    return fields(got, "content-type")[0].startswith("text/event-stream") and got["body"].startswith("data: first")


WHOLE = "".join(map(chr, range(256)))
ROUTES: list[tuple[dict[str, Any], Callable[[Answer], bool]]] = [
    (asked("GET", "/"), is_text(GREETING)),
    (asked("POST", "/echo?key=echo", WHOLE), is_bytes(WHOLE)),
    (asked("GET", "/journal?key=echo"), is_json(["read 256"])),
    (asked("POST", "/echo/stream", "0123456789abc"), is_bytes("0123456789abc")),
    (asked("POST", "/echo/stream", "0123456789abc", take=1), is_bytes("0123456789")),
    (
        asked("POST", "/json", '{"a": [1, null, "caf\xc3\xa9"]}', CONTENT_TYPE="application/json"),
        is_json({"a": [1, None, "café"]}),
    ),
    (asked("GET", "/stream?key=one", take=1), is_text("first\n")),
    (asked("GET", "/stream/gap"), is_text("first\nsecond\n")),
    (asked("GET", "/events?key=one", take=1), is_first_event),
    (asked("POST", "/gate?key=one"), is_text("opened")),
    (asked("GET", "/stream?key=one"), is_text("first\nsecond\n")),
    (asked("GET", "/events?key=one"), lambda got: got["body"] == "data: first\n\ndata: second\n\n"),
    (asked("GET", "/poll?key=one"), is_text("released")),
    (asked("GET", "/endless?key=endless", take=2), is_text("tick\ntick\n")),
    (asked("GET", "/journal?key=endless"), is_json(["endless left"])),
    (asked("GET", "/error/late"), breaks_off),
    (asked("GET", "/path/caf%C3%A9"), is_json({"value": "café"})),
    (asked("GET", "/link", SCRIPT_NAME="/mounted"), links),
    (asked("GET", "/headers", HTTP_X_ONE="1"), holds_field("x-one", "1")),
    (asked("GET", "/cookies", HTTP_COOKIE="a=1; b=2"), is_json({"a": "1", "b": "2"})),
    (asked("GET", "/query?a=1&a=2&b=%26"), is_json([["a", "1"], ["a", "2"], ["b", "&"]])),
    (asked("GET", "/set-cookies"), sets_three_cookies),
    (asked("GET", "/repeated"), repeats),
    (asked("GET", "/status/204"), is_empty(204)),
    (asked("GET", "/status/503"), is_empty(503)),
    (asked("GET", "/redirect"), leads_to("/")),
    (asked("GET", "/redirect?to=/sync"), leads_to("/sync")),
    (asked("GET", "/file"), lambda got: got["status"] == 200 and got["body"] == "0123456789" * 1000),
    (asked("GET", "/sync"), is_text("sync")),
    (asked("GET", "/state"), lambda got: got["status"] == 404),
    (asked("GET", "/"), is_text(GREETING)),
]


@functools.cache
def answers(module: str) -> list[Answer]:
    """What the module's application answers to all of `ROUTES`."""
    pytest.importorskip(module.removeprefix("wsgi_on_") if module in FRAMEWORKS else "wsgiref")
    requests = json.dumps([request for request, _ in ROUTES])
    order = [sys.executable, str(CALLS), str(FOLDER), module]
    done = subprocess.run(order, check=False, input=requests, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def is_left_out(module: str, request: dict[str, Any]) -> bool:
    environ = request["environ"]
    return (environ["REQUEST_METHOD"], environ["PATH_INFO"]) in LEFT_OUT.get(module, ())


@pytest.mark.parametrize("module", [*FRAMEWORKS, MODEL])
def test_its_routes_do_what_the_contract_says(module: str) -> None:
    played = zip(ROUTES, answers(module), strict=True)
    bad = [(asked["environ"], got) for (asked, good), got in played if not is_left_out(module, asked) and not good(got)]
    assert bad == []


@pytest.mark.parametrize("module", LEFT_OUT)
def test_what_is_left_out_is_not_there(module: str) -> None:
    played = zip(ROUTES, answers(module), strict=True)
    statuses = {got["status"] for (asked, _), got in played if is_left_out(module, asked)}
    assert statuses and statuses <= {404, 405}


def test_five_frameworks_ship_with_us() -> None:
    assert [name.removeprefix("wsgi_on_") for name in FRAMEWORKS] == ["bottle", "django", "falcon", "flask", "pyramid"]


# --------------------------------------------------------------------------- gates in threads


@pytest.fixture
def contract(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("contract")


def test_a_thread_does_not_wait_for_ever(contract: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "PATIENCE", 0)
    with pytest.raises(RuntimeError, match="nobody has opened the gate never"):
        contract.wait_until_opened("never")
    contract.wait_until_opened("")
    contract.wait_until_opened(None)


# --------------------------------------------------------------------------- the model


class Input:
    """`wsgi.input` of which nothing but `read` with a size may be used, and no more than there is."""

    def __init__(self, body: bytes, terminated: bool = False) -> None:
        self._left, self._terminated = body, terminated

    def read(self, size: int) -> bytes:
        assert size > 0
        assert self._terminated or size <= len(self._left), "reads past the end"
        piece, self._left = self._left[:size], self._left[size:]
        return piece


class Exchange:
    """One call of the model, with all that it tells of itself."""

    def __init__(self, application: Any, method: str, path: str, stream: Any = None, **more: Any) -> None:
        self.errors = io.StringIO()
        self.started: list[tuple[str, list[tuple[str, str]], Any]] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": stream or Input(b"")}
        environ.update({"wsgi.errors": self.errors, "SERVER_NAME": "test", "SERVER_PORT": "80"}, **more)
        environ.update({"SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http"})
        result = application({name: value for name, value in environ.items() if value is not None}, self.start)
        try:
            self.body = b"".join(result)
        finally:
            getattr(result, "close", lambda: None)()

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.started.append((status, list(headers), exc_info))
        headers[:] = [("X-Junk", "the server may change the list")]

    @property
    def status(self) -> str:
        return self.started[-1][0]

    @property
    def headers(self) -> list[tuple[str, str]]:
        return self.started[-1][1]


@pytest.fixture
def model(contract: Any) -> Any:
    return importlib.import_module(MODEL)


def test_the_model_reads_what_there_is_and_no_more(model: Any) -> None:
    for length, body in (("5", b"hello"), ("0", b""), ("", b""), (None, b"")):
        got = Exchange(model.app, "POST", "/echo", Input(body), CONTENT_LENGTH=length)
        assert (got.status, got.body) == ("200 OK", body)


@pytest.mark.parametrize("path", ["/echo", "/echo/stream"])
def test_the_model_reads_to_an_end_that_the_server_vouches_for(model: Any, path: str) -> None:
    terminated = {"wsgi.input_terminated": True}
    got = Exchange(model.app, "POST", path, Input(b"hello wide world", terminated=True), **terminated)
    assert got.body == b"hello wide world"


def test_the_model_takes_no_part_of_a_body_for_the_whole(model: Any, contract: Any) -> None:
    query = "key=cut-short"
    got = Exchange(model.app, "POST", "/echo", Input(b"hel", terminated=True), CONTENT_LENGTH="5", QUERY_STRING=query)
    assert got.status == "500 Internal Server Error"
    assert contract.journal("cut-short") == []


def test_behind_an_adapter_the_input_is_read_to_its_end(model: Any) -> None:
    assert Exchange(model.application, "POST", "/echo", io.BytesIO(b"hello")).body == b"hello"


@pytest.mark.parametrize("path", ["/", "/stream/gap", "/endless", "/error", "/file", "/set-cookies", "/none"])
def test_the_model_answers_head_like_get_without_content(model: Any, path: str) -> None:
    head = Exchange(model.app, "HEAD", path)
    assert head.body == b""
    if path != "/endless":
        get = Exchange(model.app, "GET", path)
        assert (head.status, head.headers) == (get.status, get.headers)


def test_the_model_answers_for_its_own_errors(model: Any) -> None:
    got = Exchange(model.app, "GET", "/error")
    assert got.status == "500 Internal Server Error"
    kind, error, _ = got.started[-1][2]
    assert kind is RuntimeError and str(error) == "contract error"
    assert "Traceback" in got.errors.getvalue()
    with pytest.raises(RuntimeError, match="contract error"):
        Exchange(model.application, "GET", "/error")


def test_the_model_traps_nothing_that_start_response_raises(model: Any) -> None:
    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        if exc_info:
            raise exc_info[1]

    environ: dict[str, Any] = {"PATH_INFO": "/error", "wsgi.errors": io.StringIO()}
    setup_testing_defaults(environ)
    with pytest.raises(RuntimeError, match="contract error"):
        model.app(environ, start_response)


def test_the_model_needs_no_variable_that_may_be_missing(model: Any) -> None:
    assert Exchange(model.app, "GET", "").body == GREETING.encode()
    environ = {"REQUEST_METHOD": "GET", "wsgi.input": Input(b""), "wsgi.errors": io.StringIO()}
    assert b"".join(model.app(environ, lambda status, headers, exc_info=None: None)) == GREETING.encode()


@pytest.mark.parametrize("path", ["/status/100", "/status/700", "/wsgi/body/unknown"])
def test_the_model_has_no_answer_to_what_makes_no_sense(model: Any, path: str) -> None:
    assert Exchange(model.app, "GET", path).status == "404 Not Found"
