"""What the application of an ASGI server does in a line, as the source of a kit: its own side and the script's."""

from typing import Any

from asgi_conformance import acts
from asgi_conformance.kits import client_lines
from asgi_conformance.kits.literals import NoKit, code, indented
from asgi_conformance.script import Line

ERRORS = ("RuntimeError", "KeyError", "OSError", "ValueError", "ConnectionResetError", "AssertionError")
RECEIVING = {"receive": "receive", "receive_body": "whole_body, receive"}


def script(number: int, line: Line, who: str) -> list[str]:
    """The statements of the script, which gives the application its turn. Raises `NoKit`."""
    match line.act:
        case acts.IsCalled(on, within):
            words = [str(number), *client_lines.answers(line), *_named("path", on), *_named("within", within)]
            return [f"{who}.is_called({', '.join(words)})"]
        case acts.IsNotCalled(within):
            return [f"{who}.is_not_called({', '.join([str(number), *_named('within', within)])})"]
        case acts.Receives(within):
            return [f"{who}.does({', '.join([str(number), *_named('within', within)])})"]
        case acts.Finishes(_, within):
            return [f"{who}.does({number}, within={(within or 2.0) + 2:g})"]
        case acts.Returns() | acts.Raises() | acts.Reraises() | acts.SendsEvent(last=True):
            return [f"{who}.ends({number})"]
    return [f"{who}.does({number})"]


def _named(name: str, value: Any) -> list[str]:
    return [] if value is None else [f"{name}={code(value)}"]


def player(number: int, line: Line) -> list[str]:
    """The statements of the application. Raises `NoKit`."""
    match line.act:
        case acts.IsCalled() | acts.IsNotCalled():
            return []
        case acts.Receives():
            return [f"await line({number}, receive)"]
        case acts.ReceivesBody():
            return [f"await line({number}, whole_body, receive)"]
        case acts.ReceivesSeveral(count):
            return [f"await line({number}, several, receive, {count})"]
        case acts.SendsEvent() as act:
            return _sends(number, act)
        case acts.Begins(task, what, event, times):
            deed = RECEIVING.get(what) or f"{'repeated, send' if times > 1 else 'send'}, {code(event)}"
            return [f"await line.begin({number}, {code(task)}, {deed}{f', {times}' if times > 1 else ''})"]
        case acts.Finishes(task, within):
            return [f"await line.finish({number}, {code(task)}, within={2.0 if within is None else within:g})"]
        case acts.StillWaits(task, within):
            return [f"await line.finish({number}, {code(task)}, within={0.2 if within is None else within:g})"]
        case acts.Cancels(task):
            return [f"await line.cancel({number}, {code(task)})"]
        case acts.LooksAtScope(how, path, value):
            change = "" if how == "look" else f", {code(how)}, {code(path)}, {code(value)}"
            return [f"await line.changed({number}, scope{change})"]
        case acts.Returns(value):
            return [f"await line({number})", f"return {code(value)}" if value is not None else "return"]
        case acts.Raises(kind, text) if kind in ERRORS:
            return [f"await line({number})", f"raise {kind}({code(text)})"]
        case acts.Reraises():
            return [f"await line({number})", "if line.error:", "    raise line.error", "return"]
    raise NoKit(f"its application does what a kit cannot: {type(line.act).__name__}")


def _sends(number: int, act: acts.SendsEvent) -> list[str]:
    if act.through or act.last:
        raise NoKit("its application uses `send` of another call, or ends in the moment of a send")
    if act.spoil:
        return [f"await line({number}, spoiled, send, {code(act.event)})"]
    if act.times > 1:
        return [f"await line({number}, repeated, send, {code(act.event)}, {act.times})"]
    return [f"await line({number}, send, {code(act.event)})"]


def function(name: str, body: list[str]) -> list[str]:
    """The application in one of its calls."""
    ended = body and body[-1].startswith(("return", "raise"))
    return [
        f"async def {name}(scope, receive, send, line):",
        '    """`await line(N, ...)`: do this when it is line N\'s turn."""',
        *indented(body),
        *([] if ended else ["    await line.until_the_end()"]),
    ]
