"""What a client does in a line, as the source of a kit."""

from collections.abc import Iterable

from asgi_conformance import acts
from asgi_conformance.kits.focus import leaves, ways_of
from asgi_conformance.kits.literals import NoKit, code
from asgi_conformance.matchers.combine import AllOf, Graded
from asgi_conformance.matchers.connection import BytesArrive, Closed, NothingArrives, StaysSilent, WasRefused
from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs
from asgi_conformance.matchers.websocket import CloseFrameIs, HandshakeIs, MessageIs, MessagesAre, NoMessage
from asgi_conformance.peers.websocket import Opcode
from asgi_conformance.script import Line, Matcher

READING = (ResponseIs, HeadIs, InterimIs, HandshakeIs, MessageIs, MessagesAre, CloseFrameIs)
"""These tell the pieces of the stream apart, so that the others do not take whatever comes."""


def source(number: int, line: Line, who: str) -> list[str]:
    """The statements of this line. Raises `NoKit`."""
    match line.act:
        case acts.Connects(None):
            return [f"{who}.connects({number})"]
        case acts.Connects():
            raise NoKit("its client connects with a certificate or a version of TLS that it chooses")
        case acts.Sends(pieces, _, along, early):
            more = "".join([", early=True" * early, ", along=True" * along])
            return _sends(f"{who}.sends({number}, ", pieces, more)
        case acts.Hears(within):
            seconds = "" if within is None else f", within={max(within, 0.2):g}"
            return [f"{who}.hears({', '.join([str(number), *readers(line)])}{seconds})"]
        case acts.IsQuiet():
            return [f"{who}.hears_nothing({', '.join([str(number), *readers(line)])})"]
        case acts.StopsReading(None, shrinks):
            return [f"{who}.stops_reading({number}{'' if shrinks else ', shrinks=False'})"]
        case acts.ReadsAgain(None):
            return [f"{who}.reads_again({number})"]
        case acts.Closes(how):
            deed = {"fin": "closes", "reset": "resets", "half": "shuts_down_sending"}[how]
            return [f"{who}.{deed}({number})"]
    raise NoKit("its client speaks HTTP/2 or HTTP/3, for which the standard library has nothing")


def _sends(start: str, pieces: Iterable[bytes], more: str) -> list[str]:
    words = [code(piece) for piece in pieces]
    return [f"{start}{', '.join(words)}{more})"]


def readers(line: Line) -> list[str]:
    """The functions of the machinery by which the client knows that it has heard enough. Raises `NoKit`."""
    matchers = list(ways_of(line))
    reads = any(isinstance(one, READING) for one in leaves(matchers))
    names = [name for matcher in matchers for name in _reader(matcher, reads=reads)]
    return list(dict.fromkeys(names)) or ["the_end"]


def answers(line: Line) -> list[str]:
    """The same, for an answer of the server that comes instead of a call of the application."""
    found = [_listener(leaf) for leaf in leaves(ways_of(line)) if hasattr(leaf, "takes")]
    return list(dict.fromkeys(name for name in found if name))


def _reader(matcher: Matcher, *, reads: bool) -> list[str]:
    if isinstance(matcher, AllOf):
        listening = next((part for part in matcher.parts if hasattr(part, "takes")), None)
        return _reader(listening, reads=reads) if listening else ["anything"]
    if isinstance(matcher, Graded):
        return _reader(matcher.matcher, reads=True)
    if hasattr(matcher, "takes"):
        return [name for name in [_listener(matcher)] if name]
    return [] if reads else ["anything"]


def _listener(matcher: Matcher) -> str:
    """The name of the function; empty where it never has enough."""
    match matcher:
        case ResponseIs(head=True):
            return "response_to_head"
        case ResponseIs() | HandshakeIs():
            return "response"
        case HeadIs():
            return "head"
        case InterimIs(status):
            return f"interim({status})"
        case MessageIs(Opcode.PING | Opcode.PONG):
            return "control_frame"
        case MessageIs() | CloseFrameIs():
            return "message"
        case MessagesAre(expected):
            return f"messages({len(expected)})"
        case NoMessage():
            return "no_more_than_pings"
        case BytesArrive(part):
            return f"contains({code(part)})"
        case Closed():
            return "the_end"
        case NothingArrives():
            return "anything"
        case StaysSilent() | WasRefused():
            return ""
    raise NoKit("its client speaks HTTP/2 or HTTP/3, for which the standard library has nothing")
