"""Clients of an application in memory: the bytes that would go to a real server go through one of ours.

So a case of clients alone is performed on an application in memory as it is over the wire.
"""

from asgi_conformance import acts
from asgi_conformance.acts import CallsApplication, Delivers, FailsSends
from asgi_conformance.peers.server import Begin, Connection, Deed
from asgi_conformance.script import Line
from asgi_conformance.spec.shapes import plain
from asgi_conformance.stage.application_play import PATIENCE, QUIET, Servers, Stage
from asgi_conformance.stage.listening import takes
from asgi_conformance.timeline import Connected, Done, End, Missing, Seen, Why, Wire
from asgi_conformance.wording import did


class Gateway:
    """The clients by the names under which lines speak of them, each with a connection of its own."""

    def __init__(self, stage: Stage, servers: Servers, root_path: str = "") -> None:
        self._stage, self._servers, self._root_path = stage, servers, root_path
        self._connections: dict[str, Connection] = {}
        self._calls: dict[str, str] = {}
        """The call that is under way on each connection."""
        self._count = 0
        self._closed: set[str] = set()

    def do(self, line: Line) -> Seen:
        """One line of a client's."""
        who = line.who
        match line.act:
            case acts.Connects():
                self._connection(who)
                return Connected("connects")
            case acts.Sends(pieces) as act:
                for piece in pieces:
                    self._do(who, list(self._connection(who).receive(piece)))
                return self._stage.lost or Done(did(act))
            case acts.Closes(how) as act:
                return self._leaves(who, how, did(act))
            case acts.Hears():
                return self._listens(line, PATIENCE)
            case acts.IsQuiet():
                return self._listens(line, QUIET)
        return Missing(Why.UNKNOWN, f"a client in memory does not do this: {did(line.act)}")

    def _connection(self, who: str) -> Connection:
        if who not in self._connections:
            self._connections[who] = Connection(self._root_path)
        return self._connections[who]

    def _do(self, who: str, deeds: list[Deed]) -> None:
        for deed in deeds:
            if isinstance(deed, Begin):
                self._count += 1
                self._calls[who] = f"server:{who.partition(':')[2] or 'client'}-{self._count}"
                self._server(who, CallsApplication(dict(deed.scope), eager=True, shares_state=True))
            else:
                self._server(who, Delivers((dict(deed.event),)))

    def _server(self, who: str, act: acts.Act) -> None:
        self._servers.do(Line(self._calls[who], act))

    def _leaves(self, who: str, how: str, words: str) -> Seen:
        if how == "half":
            return Missing(Why.UNKNOWN, "a client in memory has no half of a connection to close")
        connection = self._connection(who)
        busy = who in self._calls and not connection.ended
        self._do(who, list(connection.leave()))
        if busy:
            self._server(who, FailsSends("OSError"))
        return self._stage.lost or Done(words)

    # ------------------------------------------------------------------ listening

    def _listens(self, line: Line, seconds: float) -> Seen:
        connection = self._connection(line.who)
        while True:
            self._carry_over(line.who)
            taken = takes(line, bytes(connection.out), connection.ended)
            if taken is not None or not self._goes_on(line.who, seconds):
                break
        if taken is None and self._stage.lost:
            return self._stage.lost
        size = len(connection.out) if taken is None else taken
        data = bytes(connection.out[:size])
        del connection.out[:size]
        end = End.FIN if connection.ended and not connection.out else End.OPEN
        return Wire(data, end, taken is not None)

    def _goes_on(self, who: str, seconds: float) -> bool:
        """Let the application run until it does something for this client; whether it did."""
        if who not in self._calls or self._connection(who).ended:
            return False
        told = self._servers.told(self._calls[who])
        if told.outcome is not None and len(told.sent) == told.taken:
            return False
        self._stage.ask("run", seconds, call=self._calls[who], sent=told.taken + 1)
        return len(told.sent) > told.taken or told.outcome is not None

    def _carry_over(self, who: str) -> None:
        """What the application has sent, onto the connection."""
        if who not in self._calls:
            return
        connection, told = self._connection(who), self._servers.told(self._calls[who])
        while len(told.sent) > told.taken:
            event, self._stage.at = told.sent[told.taken]
            told.taken += 1
            try:
                self._do(who, list(connection.answer(_plain(event))))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                connection.ended = True  # of what is malformed nothing reaches the wire; the judge says what it was
        if told.outcome is not None and not connection.ended:
            connection.call_ended()


def _plain(value: object) -> dict[str, object]:
    """With the built-in values beneath whatever was sent."""
    return {str(plain(name)): _deep(item) for name, item in plain(value).items()}


def _deep(value: object) -> object:
    value = plain(value)
    if isinstance(value, list | tuple):
        return [_deep(item) for item in value]
    return value
