"""The clients of one performance: connections to the server under test, and what is done with them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from asgi_conformance import acts
from asgi_conformance.peers.websocket import Reflex
from asgi_conformance.script import Line, Over
from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.listening import answers, streams_of, takes
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.stage.quic import Http3Connection
from asgi_conformance.stage.scene import Scene
from asgi_conformance.stage.tunnel import Tunnel
from asgi_conformance.timeline import Connected, Done, End, Seen, Streams, Wire
from asgi_conformance.wording import did

REQUEST = re.compile(rb"^[A-Z]+ (/[^ ?\r\n]*)", re.MULTILINE)


class Clients:
    """Each connects when a line first speaks of it. What nobody accepts raises `Refused`."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._connections: dict[str, Connection] = {}
        self._multiplexed: dict[str, Http2Connection | Http3Connection] = {}
        self._tunnels: dict[str, Tunnel] = {}
        self._latest: Connection | None = None
        self.ports: set[int] = set()
        """Local ports of all of them: a later case knows a late call by them."""
        self.paths: set[str] = set()
        """Paths that they have asked for over HTTP/1.1, percent-decoded, as Latin-1."""

    def do(self, line: Line) -> Seen:
        """One line of a client's."""
        who = line.who
        match line.act:
            case acts.Connects(tls) as act:
                return self._connects(line.who, tls, did(act))
            case acts.Sends() as act:
                return self._sends(who, act)
            case acts.Requests(stream, fields, body, ends):
                self._streams(who).request(stream, fields, body, ends)
                return Done(f"requests {fields!r} on stream {stream}"[:500])
            case acts.SendsData(stream, data, ends):
                self._streams(who).send_data(stream, data, ends)
                return Done(f"sends {data!r} on stream {stream}"[:500])
            case acts.ResetsStream(stream):
                self._streams(who).reset(stream)
                return Done(f"resets stream {stream}")
            case acts.StopsReading(stream, shrinks) as act:
                if self._over_http2():
                    self._http2(who).stop_reading(stream)
                else:
                    self._connection(who).stop_reading(shrinks=shrinks)
                return Done(did(act))
            case acts.ReadsAgain(stream) as act:
                if self._over_http2():
                    self._http2(who).read_again(stream)
                else:
                    self._connection(who).read_again()
                return Done(did(act))
            case acts.Announces(settings) as act:
                self._http2(who, settings)
                return Done(did(act))
            case acts.OpensTunnel(stream, fields):
                self._http2(who).request(stream, fields, b"", ends=False)
                self._tunnels[who] = Tunnel(self._http2(who), stream)
                return Done(f"opens a WebSocket with {fields!r} on stream {stream}"[:500])
            case acts.Closes(how):
                return self._closes(who, how)
            case acts.Hears(within):
                return self._listens(line, self._scene.within(within))
            case acts.IsQuiet():
                return self._listens(line, self._scene.quiet())
        raise TypeError(f"no client {line.act}")

    def _connects(self, who: str, tls: acts.Tls | None, text: str) -> Connected:
        connection = self._connection(who, tls)
        negotiated = connection.negotiated
        if negotiated is not None:
            negotiated = replace(negotiated, client=self._scene.residence.presented(tls))
        return Connected(text, *connection.addresses, negotiated)

    def _connection(self, who: str, tls: acts.Tls | None = None) -> Connection:
        if who not in self._connections:
            self._connections[who] = self._latest = self._scene.residence.connect(tls=tls)
            if port := self._connections[who].port:
                self.ports.add(port)
        return self._connections[who]

    def _streams(self, who: str, settings: acts.Settings = ()) -> Http2Connection | Http3Connection:
        if who not in self._multiplexed:
            connection = None if self._scene.residence.setting.over is Over.HTTP3 else self._connection(who)
            self._multiplexed[who] = self._scene.residence.streams(connection, settings)
        return self._multiplexed[who]

    def _over_http2(self) -> bool:
        return self._scene.residence.setting.over in (Over.HTTP2, Over.HTTP2_TLS)

    def _http2(self, who: str, settings: acts.Settings = ()) -> Http2Connection:
        streams = self._streams(who, settings)
        if not isinstance(streams, Http2Connection):
            raise TypeError(f"{who} does not speak HTTP/2")
        return streams

    def _sends(self, who: str, act: acts.Sends) -> Done:
        if act.early and not self._accepts_before_a_call():
            return Done("nobody accepts yet")
        connection = self._tunnels.get(who) or self._connection(who)
        text = act.text or " then ".join(repr(piece[:500]) for piece in act.pieces[:8])
        if act.opens_websocket and isinstance(connection, Connection):
            connection.reflex = Reflex()
        if act.along and isinstance(connection, Connection):
            connection.send_along(b"".join(act.pieces))
            return Done(text)
        self.paths.update(paths_in(b"".join(act.pieces)))
        taken = [connection.send(piece) for piece in act.pieces]
        return Done(text if all(taken) else f"{text} (not all of it was taken)")

    def _accepts_before_a_call(self) -> bool:
        residence = self._scene.residence
        self._scene.hub.until(
            lambda: residence.channel.waiting or residence.process.status is not None or residence.accepts(),
            self._scene.patience.start,
        )
        return not residence.channel.waiting and residence.accepts()

    def _closes(self, who: str, how: str) -> Done:
        connection = self._connection(who)
        if how == "half":
            connection.shut_down_sending()
            return Done("shuts down its sending side")
        connection.close(reset=how == "reset")
        return Done("resets" if how == "reset" else "closes")

    # ------------------------------------------------------------------ listening

    def _listens(self, line: Line, seconds: float) -> Seen:
        if line.who in self._multiplexed and (line.who not in self._tunnels or streams_of(line)):
            return self._listens_to_streams(line, self._multiplexed[line.who], seconds)
        connection = self._tunnels.get(line.who) or self._connection(line.who)
        known = -1, False
        taken: int | None = None

        def heard() -> bool:
            nonlocal known, taken
            connection.pump()
            state = len(connection.unread), connection.end is not End.OPEN
            if state != known:  # parse again only when something has come
                known, taken = state, takes(line, bytes(connection.unread), state[1])
            return taken is not None

        enough = self._scene.alive_until(heard, seconds)
        data = connection.take(len(connection.unread) if taken is None else taken)
        if not data and connection.end is End.OPEN and (died := self._scene.gone()):
            return died
        self._scene.at = connection.arrived or None
        return Wire(data, _end_heard(connection), enough)

    def _listens_to_streams(self, line: Line, client: Http2Connection | Http3Connection, seconds: float) -> Seen:
        taken: int | None = None

        def heard() -> bool:
            nonlocal taken
            client.pump()
            taken = takes(line, client.unread, client.end is not End.OPEN)
            return taken is not None

        enough = self._scene.alive_until(heard, seconds)
        events = client.take(len(client.unread) if taken is None else taken)
        end = _end_heard(client)
        streams = streams_of(line)
        others = client.requested - streams if streams else set()
        client.unread[:0] = [event for event in events if event.stream in others]  # for the lines that ask for them
        events = tuple(event for event in events if event.stream not in others)
        if not events and client.end is End.OPEN and (died := self._scene.gone()):
            return died
        self._scene.at = client.arrived or None
        return Streams(events, end, enough)

    def answered(self, line: Line) -> int | None:
        """How many bytes to the client that connected last are one of the line's ways to answer without calling."""
        if self._latest is None:
            return None
        return answers(line, bytes(self._latest.unread), self._latest.end is not End.OPEN)

    def take_answer(self, line: Line) -> Seen | None:
        """That answer; None where there is none."""
        size = self.answered(line)
        if size is None or self._latest is None:
            return None
        data = self._latest.take(size)
        self._scene.at = self._latest.arrived or None
        return Wire(data, _end_heard(self._latest))

    def close(self) -> None:
        """All of them, with FIN."""
        for streams in self._multiplexed.values():
            streams.close()
        for connection in self._connections.values():
            connection.close()


def paths_in(data: bytes) -> Iterator[str]:
    """Of requests that begin in it."""
    for found in REQUEST.finditer(data):
        yield unquote_to_bytes(found[1]).decode("latin-1")


def _end_heard(client: Connection | Tunnel | Http2Connection | Http3Connection) -> End:
    """The end is what a line heard only if it took all that came before the end."""
    return End.OPEN if client.unread else client.end
