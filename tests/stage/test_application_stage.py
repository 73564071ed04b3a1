"""Applications in memory: what is recorded of them, and what time, threads and files mean there."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.applications import parse_applications
from asgi_conformance.authoring import (
    anything,
    case,
    client,
    http_scope,
    lifespan_scope,
    message,
    response,
    server,
    websocket_scope,
)
from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.script import Line
from asgi_conformance.stage.application_stage import ApplicationStage
from asgi_conformance.timeline import Aftermath, Answer, CallLog, Event, Missing, Outcome, Timeline, What, Why, Wire

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
HEAD = """
import asyncio, logging, os, threading, time, warnings

async def answer(send, body=b"ok"):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})

"""

Play = Callable[..., Timeline]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Perform lines on an application with this source, without judging them."""
    monkeypatch.chdir(tmp_path)
    opened: list[Campaign] = []

    def play(source: str, *lines: Line, loop: str = "asyncio") -> Timeline:
        name = f"played{len(opened)}"
        (tmp_path / f"{name}.py").write_text(HEAD + source)
        wishes = Wishes(apps=(f"{name}:app",), loop=loop)
        campaign = Campaign(candidates(wishes), wishes)
        opened.append(campaign)
        campaign.open()
        (stage,) = campaign._stages.values()
        assert isinstance(stage, ApplicationStage)
        return stage.perform(case(f"A case {name}", *lines))

    yield play
    for campaign in opened:
        campaign.close()


def asked(**keys: Any) -> tuple[Line, Line, Line]:
    return server.calls(http_scope(**keys)), server.delivers(REQUEST), server.gets_answer()


def left(timeline: Timeline) -> Aftermath:
    return next(entry.seen for entry in reversed(timeline.entries) if isinstance(entry.seen, Aftermath))


def log(timeline: Timeline) -> CallLog:
    return timeline.logs()[0]


def test_everything_that_is_left_is_recorded(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n"
        "    logging.getLogger('shop').warning('low')\n"
        "    warnings.warn('old', DeprecationWarning)\n"
        "    scope['mine'] = 1\n"
        "    del scope['extensions']\n"
        "    scope['path'] = '/other'\n"
        "    asyncio.ensure_future(asyncio.sleep(1000))\n"
        "    await answer(send)\n",
        *asked(),
        server.looks_around(),
    )
    found = left(timeline)
    assert found.tasks == ("sleep",)
    assert found.records == ("WARNING shop: low",)
    assert "DeprecationWarning: old" in found.warnings[0]
    assert set(found.scopes) == {
        "mine was put into the scope", "extensions is gone from the scope", "path was changed in the scope",
    }  # fmt: skip


def test_a_task_that_fails_and_that_nobody_waits_for_is_recorded(play: Play) -> None:
    timeline = play(
        "async def fails():\n    raise ValueError('lost')\n"
        "async def app(scope, receive, send):\n    asyncio.ensure_future(fails())\n    await answer(send)\n",
        *asked(),
        server.waits(1),
        server.looks_around(),
    )
    assert any("lost" in words for words in left(timeline).troubles)


def test_the_place_of_a_send_is_told(play: Play) -> None:
    timeline = play("async def app(scope, receive, send):\n    await send({'type': 'x'})\n", *asked())
    (sent,) = [step for step in log(timeline).steps if step.what is What.SENT]
    assert sent.place.endswith("played0.py:9")


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_hours_take_no_time(play: Play, loop: str) -> None:
    began = time.monotonic()
    timeline = play(
        f"import {loop}\nasync def app(scope, receive, send):\n    await {loop}.sleep(40)\n    await answer(send)\n",
        server.calls(http_scope()),
        server.delivers(REQUEST),
        server.gets_nothing(),
        server.gets(anything()),
        server.waits(3600),
        server.sees_the_end(),
        loop=loop,
    )
    assert isinstance(timeline.answer(3), Event) and timeline.answer(5) == Outcome()
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_the_work_of_threads_is_waited_for(play: Play, loop: str) -> None:
    call = {
        "asyncio": "await asyncio.get_running_loop().run_in_executor(None, work)",
        "trio": "await trio.to_thread.run_sync(work)",
    }[loop]
    timeline = play(
        f"import {loop}\ndef work():\n    time.sleep(0.2)\n    return b'worked'\n"
        f"async def app(scope, receive, send):\n    body = {call}\n    await answer(send, body)\n",
        *asked(),
        loop=loop,
    )
    answer = timeline.answer(2)
    assert isinstance(answer, Answer) and answer.events[1]["body"] == b"worked"


def test_a_thread_that_waits_for_the_loop_is_not_waited_for(play: Play) -> None:
    began = time.monotonic()
    timeline = play(
        "def work(loop, receive):\n    return asyncio.run_coroutine_threadsafe(receive(), loop).result()\n"
        "async def app(scope, receive, send):\n"
        "    loop = asyncio.get_running_loop()\n"
        "    await receive()\n"
        "    await loop.run_in_executor(None, work, loop, receive)\n    await answer(send)\n",
        *asked(),
        server.delivers({"type": "http.disconnect"}),
        server.sees_the_end(),
    )
    first = timeline.answer(2)
    assert isinstance(first, Answer) and first.events == () and first.outcome is None
    assert timeline.answer(4) == Outcome()
    assert time.monotonic() - began < 5


def test_a_connection_of_its_own_is_waited_for(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n"
        "    async def serve(reader, writer):\n        await asyncio.sleep(0.01)\n        writer.write(b'hello')\n"
        "        writer.close()\n"
        "    served = await asyncio.start_server(serve, '127.0.0.1', 0)\n"
        "    reader, writer = await asyncio.open_connection(*served.sockets[0].getsockname())\n"
        "    body = await reader.read()\n    writer.close()\n    served.close()\n    await answer(send, body)\n",
        *asked(),
    )
    answer = timeline.answer(2)
    assert isinstance(answer, Answer) and answer.events[1]["body"] == b"hello"


def test_an_exception_is_told_with_its_kinds(play: Play) -> None:
    timeline = play("class Own(KeyError): ...\nasync def app(scope, receive, send):\n    raise Own('x')\n", *asked())
    outcome = log(timeline).outcome
    assert outcome is not None and outcome.raised is not None
    assert outcome.raised.is_a("KeyError") and outcome.raised.is_a("LookupError")


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_call_can_be_cancelled(play: Play, loop: str) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n    await receive()\n    await receive()\n",
        *asked(),
        server.cancels(),
        server.sees_the_end(),
        loop=loop,
    )
    assert timeline.answer(4) == Outcome(cancelled=True)


def test_sends_are_held_released_and_refused(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n    for number in range(5):\n"
        "        await send({'type': 'x', 'number': number})\n",
        server.calls(http_scope()),
        server.holds_sends(after=1),
        server.gets_answer(),
        server.fails_sends(after=2),
        server.releases_sends(),
        server.gets_answer(),
    )
    assert [step.what for step in log(timeline).steps] == [
        What.SENT, What.HELD, What.SENT, What.SENT, What.REFUSED, What.ENDED,
    ]  # fmt: skip
    outcome = log(timeline).outcome
    assert outcome is not None and outcome.raised is not None and outcome.raised.is_a("OSError")


def test_two_calls_at_once_and_the_state_that_they_share(play: Play) -> None:
    second = server.named("second")
    timeline = play(
        "async def app(scope, receive, send):\n"
        "    if scope['type'] == 'lifespan':\n        scope['state']['word'] = 'kept'\n        await receive()\n"
        "        await send({'type': 'lifespan.startup.complete'})\n        await receive()\n        return\n"
        "    await answer(send, scope['state']['word'].encode())\n    scope['state']['word'] = 'changed'\n",
        server.calls(http_scope(), shares_state=True),
        server.gets_answer(),
        second.calls(http_scope(), shares_state=True),
        second.gets_answer(),
    )
    answers = [timeline.answer(1), timeline.answer(3)]
    assert [one.events[1]["body"] for one in answers if isinstance(one, Answer)] == [b"kept", b"kept"]


def test_a_process_that_dies_has_told_what_came_before(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n    await send({'type': 'x'})\n    os._exit(7)\n",
        server.calls(lifespan_scope(), shares_state=False),
        server.gets_answer(),
        server.sees_the_end(),
    )
    answer, end = timeline.answer(1), timeline.answer(2)
    assert isinstance(answer, Answer) and answer.events == ({"type": "x"},)
    assert isinstance(end, Missing) and end.why is Why.DIED and "7" in end.detail


def test_a_websocket_through_the_gateway(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n    await receive()\n    await send({'type': 'websocket.accept'})\n"
        "    event = await receive()\n    await send({'type': 'websocket.send', 'text': event['text']})\n",
        client.opens_websocket("/"),
        client.sends_text("é"),
        client.gets(anything()),
        client.gets(message(text="é")),
    )
    wire = timeline.answer(3)
    assert isinstance(wire, Wire) and "é".encode() in wire.data


def test_requests_through_the_gateway_one_after_the_other(play: Play) -> None:
    timeline = play(
        "async def app(scope, receive, send):\n    body = b''\n    more = True\n"
        "    while more:\n        event = await receive()\n        body += event.get('body', b'')\n"
        "        more = event.get('more_body')\n    await answer(send, scope['path'].encode() + body)\n",
        client.sends(b"POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nx", b"y"),
        client.gets(response(200, body=b"/axy")),
        client.sends(b"POST /b HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n"),
        client.gets(response(200, body=b"/bz")),
    )
    wires = [timeline.answer(1), timeline.answer(3)]
    assert [wire.data[-4:] for wire in wires if isinstance(wire, Wire)] == [b"/axy", b"\n/bz"]


def test_names_of_applications() -> None:
    (one,) = parse_applications(["a:b, a:b"], "asgi-app", loop="trio")
    assert (one.id, one.module, one.loop) == ("a:b[loop=trio]", "a", "trio")
    assert websocket_scope("/é")["raw_path"] == "/é".encode()
