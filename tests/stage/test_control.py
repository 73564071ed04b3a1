"""The control channel carries commands and replies, and survives a remote end that lies or floods."""

import json
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.codec import Foreign, encode
from asgi_conformance.stage import control
from asgi_conformance.stage.control import ControlChannel, RemoteCall, private_folder
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import Call, Outcome, Raised

PATIENCE = 10.0  # seconds; what waits that long has failed
SCOPE = {"type": "http", "path": "/"}


class Remote:
    """The remote end, without an application."""

    def __init__(self, channel: ControlChannel[RemoteCall]) -> None:
        kind, _, address = channel.address.partition(":")
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(address)
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
        self.socket.settimeout(PATIENCE)
        self.lines = self.socket.makefile("rb")

    def say(self, *messages: Any) -> None:
        self.socket.sendall(b"".join(json.dumps(message).encode() + b"\n" for message in messages))

    def hear(self) -> Any:
        return json.loads(self.lines.readline())

    def is_left(self) -> bool:
        """Whether our other end is gone."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def channel(hub: Hub, folder: Path) -> Iterator[ControlChannel[RemoteCall]]:
    channel = ControlChannel(hub, folder, RemoteCall)
    yield channel
    channel.close()


@pytest.fixture
def dial(channel: ControlChannel[RemoteCall]) -> Iterator[Callable[[], Remote]]:
    remotes: list[Remote] = []

    def dial() -> Remote:
        remotes.append(Remote(channel))
        return remotes[-1]

    yield dial
    for remote in remotes:
        remote.close()


@pytest.fixture
def remote(dial: Callable[[], Remote]) -> Remote:
    return dial()


def hello(channel: ControlChannel[RemoteCall], scope: Any = SCOPE, **more: Any) -> dict[str, Any]:
    return {"hello": 1, "token": channel.token, "scope": encode(scope), **more}


@pytest.fixture
def call(hub: Hub, channel: ControlChannel[RemoteCall], remote: Remote) -> RemoteCall:
    """A call that has been announced, and whose other end is `remote`."""
    remote.say(hello(channel, arguments=3))
    assert hub.until(lambda: channel.waiting, PATIENCE)
    return channel.waiting.popleft()


# --------------------------------------------------------------------------- calls


def test_a_call_says_how_it_was_called(call: RemoteCall) -> None:
    assert call.scope == SCOPE
    assert call.seen == Call(SCOPE, {"hello": 1, "arguments": 3})
    assert (call.kind, call.value("path"), call.value("missing")) == ("http", "/", None)
    assert call.at > 0
    assert not call.ended


@pytest.mark.parametrize(
    ("scope", "kind"),
    [(None, None), ({}, None), ({"type": 1}, None), (Foreign("MyDict", {"type": "http"}), "http"), ([], None)],
)
def test_a_scope_may_be_anything(
    hub: Hub, channel: ControlChannel[RemoteCall], remote: Remote, scope: Any, kind: str | None
) -> None:
    remote.say(hello(channel, scope))
    assert hub.until(lambda: channel.waiting, PATIENCE)
    assert (channel.waiting[0].scope, channel.waiting[0].kind) == (scope, kind)


def test_calls_wait_in_the_order_in_which_they_come(
    hub: Hub, channel: ControlChannel[RemoteCall], dial: Callable[[], Remote]
) -> None:
    for number in range(3):
        dial().say(hello(channel, number))
        assert hub.until(lambda: len(channel.waiting) == number + 1, PATIENCE)  # noqa: B023 - asked at once
    assert [call.scope for call in channel.waiting] == [0, 1, 2]


@pytest.mark.parametrize("token", ["", "wrong", None, 1, []])
def test_whoever_does_not_know_the_token_is_turned_away(
    hub: Hub, channel: ControlChannel[RemoteCall], remote: Remote, token: Any
) -> None:
    remote.say({**hello(channel), "token": token})
    hub.until(lambda: channel.waiting, 0.05)
    assert not channel.waiting
    assert remote.is_left()


def test_commands_are_numbered_and_so_are_replies(hub: Hub, call: RemoteCall, remote: Remote) -> None:
    first, second = call.tell(do="receive"), call.tell(do="send", event=encode({"type": "x", "body": b"\xff"}))
    assert remote.hear() == {"do": "receive", "n": first}
    assert remote.hear() == {"do": "send", "event": encode({"type": "x", "body": b"\xff"}), "n": second}
    remote.say({"n": second, "ok": encode(b"two")}, {"n": first, "ok": encode((1,)), "id": 7, "us": 3})
    assert hub.until(lambda: call.reply(first), PATIENCE)
    one, two = call.reply(first), call.reply(second)
    assert one is not None
    assert two is not None
    assert (one.ok, one.id, two.ok) == ((1,), 7, b"two")
    assert call.reply(99) is None


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({}, Outcome()),
        ({"ok": 1}, Outcome(value=1)),
        ({"cancelled": True}, Outcome(cancelled=True)),
        ({"awaitable": False, "done": 2}, Outcome(awaitable=False, done=2)),
        ({"raised": {"type": "a.E", "kinds": ["E"], "text": "t"}}, Outcome(Raised("a.E", ("E",), "t"))),
    ],
)
def test_what_came_of_it(hub: Hub, call: RemoteCall, remote: Remote, said: dict[str, Any], outcome: Outcome) -> None:
    number = call.tell(do="send")
    remote.say({"n": number, **said}, {"task": "later", **said})
    assert hub.until(lambda: "later" in call.tasks, PATIENCE)
    reply = call.reply(number)
    assert reply is not None
    assert reply.outcome == call.tasks["later"].outcome == outcome
    assert call.arrived["later"] > 0


def test_a_call_that_the_server_cancels(hub: Hub, call: RemoteCall, remote: Remote) -> None:
    remote.say({"cancelled": True})
    remote.close()
    assert hub.until(lambda: call.ended, PATIENCE)
    assert call.was_cancelled


def test_leaving_tells_the_remote_end_and_waits_for_its_own(hub: Hub, call: RemoteCall, remote: Remote) -> None:
    call.leave()
    assert remote.is_left()
    assert not call.ended
    remote.say({"task": "last", "cancelled": True})
    remote.close()
    assert hub.until(lambda: call.ended, PATIENCE)
    assert call.tasks["last"].cancelled
    call.leave()
    call.close()


def test_nobody_is_told_anything_when_the_call_has_ended(hub: Hub, call: RemoteCall, remote: Remote) -> None:
    remote.close()
    assert hub.until(lambda: call.ended, PATIENCE)
    assert call.reply(call.tell(do="receive")) is None
    assert call.ended


def test_a_command_that_nobody_takes_ends_the_call(call: RemoteCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "SENDING", 0.05)
    call.tell(do="send", event="x" * (8 << 20))
    assert call.ended


def test_messages_may_come_in_pieces(hub: Hub, call: RemoteCall, remote: Remote) -> None:
    data = json.dumps({"task": "t", "ok": "é" * 100}).encode() + b"\n"
    for start in range(0, len(data), 7):
        remote.socket.sendall(data[start : start + 7])
        hub.turn()
    assert hub.until(lambda: "t" in call.tasks, PATIENCE)
    assert call.tasks["t"].ok == "é" * 100


# --------------------------------------------------------------------------- lies and floods

NONSENSE = [
    b"no json\n", b"\xff\xfe\n", b"[]\n", b"1\n", b'"task"\n', b"null\n", b"\n", b"9" * 5000 + b"\n",
    b"[" * 100_000 + b"\n", b'{"n": [1]}\n', b'{"n": {}}\n', b'{"n": 1, "raised": 1}\n',
    b'{"n": 1, "raised": {"type": 1, "kinds": 1, "text": 1}}\n', b'{"n": 1, "done": "x"}\n',
    b'{"n": 1, "done": Infinity}\n',
    b'{"n": 1, "id": "x"}\n', b'{"n": 1, "ids": 1}\n', b'{"task": 1, "raised": []}\n{"task": 2, "raised": [1]}\n',
    b'{"n": 1, "ok": ' + b'{"t": [' * 2000 + b"]}" * 2000 + b"}\n",
]  # fmt: skip


@pytest.mark.parametrize("data", NONSENSE, ids=lambda data: repr(data[:40]))
def test_who_talks_nonsense_is_no_longer_listened_to(hub: Hub, call: RemoteCall, remote: Remote, data: bytes) -> None:
    remote.socket.sendall(data)
    assert hub.until(lambda: call.ended, PATIENCE)
    assert remote.is_left()


@pytest.mark.parametrize("data", [*NONSENSE, b'{"hello": 1}\n', b'{"scope": 1}\n'], ids=lambda data: repr(data[:40]))
def test_nonsense_for_a_greeting(hub: Hub, channel: ControlChannel[RemoteCall], remote: Remote, data: bytes) -> None:
    remote.socket.sendall(data)
    hub.until(lambda: False, 0.02)
    assert not channel.waiting
    assert remote.is_left()


def test_what_is_said_too_much_is_passed_over(
    hub: Hub, channel: ControlChannel[RemoteCall], call: RemoteCall, remote: Remote
) -> None:
    remote.say(hello(channel, "another"), {"unheard": "of"}, {"n": 5, "ok": 1}, {"task": "never begun"})
    assert hub.until(lambda: call.tasks, PATIENCE)
    assert not channel.waiting
    assert call.scope == SCOPE


@pytest.mark.parametrize("data", [b"x", b'{"task": "a"}\n'])
def test_a_flood_ends_the_call(
    hub: Hub, call: RemoteCall, remote: Remote, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "LIMIT", 1 << 16)
    remote.socket.setblocking(False)
    flood = data * (1 << 12)

    def ended() -> bool:
        if not call.ended:
            try:
                remote.socket.send(flood)
            except BlockingIOError:
                return call.ended
        return call.ended

    assert hub.until(ended, PATIENCE)


def test_many_who_say_nothing_do_not_keep_out_who_speaks(
    hub: Hub, channel: ControlChannel[RemoteCall], dial: Callable[[], Remote], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "DIALLING", 3)
    silent = [dial() for _ in range(5)]
    hub.until(lambda: False, 0.02)
    assert [remote.is_left() for remote in silent[3:]] == [True, True]
    silent[0].close()
    hub.until(lambda: False, 0.02)
    dial().say(hello(channel))
    assert hub.until(lambda: channel.waiting, PATIENCE)


# --------------------------------------------------------------------------- the channel


def test_closing_leaves_nobody_behind(
    hub: Hub,
    channel: ControlChannel[RemoteCall],
    dial: Callable[[], Remote],
) -> None:
    silent, waiting = dial(), dial()
    waiting.say(hello(channel))
    assert hub.until(lambda: channel.waiting, PATIENCE)
    channel.close()
    assert silent.is_left()
    assert waiting.is_left()
    channel.close()


def test_without_unix_sockets_it_is_a_port_of_this_host(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delattr(socket, "AF_UNIX")
        channel = ControlChannel(hub, folder, RemoteCall)
    assert channel.address.startswith("tcp:127.0.0.1:")
    remote = Remote(channel)
    remote.say(hello(channel))
    assert hub.until(lambda: channel.waiting, PATIENCE)
    remote.close()
    channel.close()


def test_tokens_are_secret() -> None:
    folder = private_folder()
    try:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        folder.rmdir()
