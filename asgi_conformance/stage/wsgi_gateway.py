"""Clients of a WSGI application in memory: the bytes that would go to a real server go through one of ours.

So a case of clients alone is performed on an application in memory as it is over the wire.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from asgi_conformance import acts
from asgi_conformance.matchers.app import plain
from asgi_conformance.matchers.wsgi_application import fields_of, status_of
from asgi_conformance.peers.server import Begin, Connection, Deed
from asgi_conformance.script import Line
from asgi_conformance.stage.listening import takes
from asgi_conformance.stage.scene import Scene
from asgi_conformance.stage.wsgi_play import WsgiServers
from asgi_conformance.timeline import Connected, Done, End, Missing, Outcome, Seen, Why, Wire, WsgiAnswer
from asgi_conformance.wording import did
from asgi_conformance.wsgi_acts import CallsWsgi


@dataclass(slots=True)
class Client:
    """One connection, and the call that is under way on it."""

    connection: Connection
    environ: dict[str, Any] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    call: str = ""
    """Empty while there is none."""
    begun: bool = False
    """Whether the head of its response has gone out."""


class WsgiGateway:
    """The clients by the names under which lines speak of them."""

    def __init__(self, scene: Scene, servers: WsgiServers, root_path: str = "") -> None:
        self._scene, self._servers, self._root_path = scene, servers, root_path
        self._clients: dict[str, Client] = {}
        self._count = 0

    def do(self, line: Line) -> Seen:
        """One line of a client's."""
        client = self._clients.setdefault(line.who, Client(Connection(self._root_path)))
        match line.act:
            case acts.Connects():
                return Connected("connects")
            case acts.Sends(pieces) as act:
                for piece in pieces:
                    self._hears(client, client.connection.receive(piece))
                return self._scene.gone() or Done(did(act))
            case acts.Closes(how) as act if how != "half":
                client.connection.ended = True
                if client.call:
                    self._servers.gives_up(client.call)
                return self._scene.gone() or Done(did(act))
            case acts.Hears():
                return self._listens(line, client, self._scene.full)
            case acts.IsQuiet():
                return self._listens(line, client, self._scene.quiet())
        return Missing(Why.UNKNOWN, f"a client in memory does not do this: {did(line.act)}")

    # ------------------------------------------------------------------ what clients send

    def _hears(self, client: Client, deeds: Iterator[Deed]) -> None:
        for deed in list(deeds):
            if isinstance(deed, Begin):
                client.environ, client.body = environ_of(deed.scope), bytearray()
            elif deed.event["type"] == "http.request":
                client.body += deed.event["body"]
                if not deed.event["more_body"]:
                    self._calls(client)

    def _calls(self, client: Client) -> None:
        """The request is complete."""
        self._count += 1
        client.call, client.begun = f"gateway:client-{self._count}", False
        if client.environ.pop("HTTP_TRANSFER_ENCODING", ""):  # the body has come whole, so its length is known
            client.environ["CONTENT_LENGTH"] = str(len(client.body))
        self._servers.calls(client.call, CallsWsgi(client.environ, bytes(client.body), terminated=True))
        self._servers.asks_ahead(client.call)

    # ------------------------------------------------------------------ what they get

    def _listens(self, line: Line, client: Client, seconds: float) -> Seen:
        connection = client.connection
        taken: int | None = None

        def heard() -> bool:
            nonlocal taken
            taken = takes(line, bytes(connection.out), connection.ended)
            while taken is None and client.call and (told := self._servers.answered(client.call)) is not None:
                self._carries_over(client, told)
                taken = takes(line, bytes(connection.out), connection.ended)
            return taken is not None

        enough = self._scene.alive_until(heard, seconds)
        if not enough and (gone := self._scene.gone()):
            return gone
        size = len(connection.out) if taken is None else taken
        data = bytes(connection.out[:size])
        del connection.out[:size]
        end = End.FIN if connection.ended and not connection.out else End.OPEN
        return Wire(data, end, enough)

    def _carries_over(self, client: Client, told: tuple[WsgiAnswer, Outcome]) -> None:
        """What has come of the last question to the application, onto the connection."""
        answer, outcome = told
        connection, call = client.connection, client.call
        over = outcome.raised is not None or not outcome.done
        data = b"".join(block for block in map(plain, answer.body) if isinstance(block, bytes))
        status = status_of(answer)
        if status is None or (outcome.raised and not client.begun):
            over = True
        elif data or over:
            events = [] if client.begun else [_start(answer, status)]
            client.begun = True
            for event in (*events, {"type": "http.response.body", "body": data, "more_body": not over}):
                if event.get("more_body") is False and outcome.raised:
                    break
                self._hears(client, connection.answer(event))
        if not over:
            self._servers.asks_ahead(call)
            return
        if not connection.ended and client.call == call and connection.exchange is not None:
            connection.call_ended()
        self._servers.gives_up(call)
        client.call = "" if client.call == call else client.call


def _start(answer: WsgiAnswer, status: int) -> dict[str, Any]:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in fields_of(answer)]
    return {"type": "http.response.start", "status": status, "headers": headers}


def environ_of(scope: Any) -> dict[str, Any]:
    """As a WSGI server has it (PEP 3333, "environ Variables"), of a request as ASGI has it."""
    mount = scope["root_path"]
    path = scope["path"].removeprefix(mount)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": mount.encode("utf-8").decode("latin-1"),
        "PATH_INFO": path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": "test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ", "
        environ[key] = between.join([*([environ[key]] if key in environ else []), value.decode("latin-1")])
    return environ
