"""What the application of a WSGI server does in a line, as the source of a kit: its own side and the script's."""

from typing import Any

from asgi_conformance import acts
from asgi_conformance.kits import asgi_lines
from asgi_conformance.kits.literals import NoKit, code, indented
from asgi_conformance.script import Line
from asgi_conformance.wsgi_acts import (
    IsAsked,
    IsClosed,
    IsNotAsked,
    IsNotClosed,
    IteratesInput,
    LooksAtEnviron,
    ReadsBody,
    ReadsToEnd,
    ReraisesOrReturns,
    ReturnsIterable,
    ReturnsResult,
    StartsResponse,
    Stops,
    UsesStream,
    WasUsed,
    Writes,
    Yields,
)

SHAPES = {"closable": "Watched", "plain": "Iterated", "sized": "Sized"}


def script(number: int, line: Line, who: str) -> list[str]:
    """The statements of the script, which gives the application its turn. Raises `NoKit`."""
    match line.act:
        case acts.IsCalled() | acts.IsNotCalled():
            return asgi_lines.script(number, line, who)
        case UsesStream(within=within) | IteratesInput(within=within) | ReadsToEnd(within=within) if within:
            return [f"{who}.does({number}, within={within:g})"]
        case IsAsked(within):
            return [f"{who}.is_used({number}, 'next'{_seconds(within)})"]
        case IsClosed(within):
            return [f"{who}.is_used({number}, 'close'{_seconds(within)})"]
        case IsNotAsked(within):
            return [f"{who}.is_not_used({number}, 'next'{_seconds(within)})"]
        case IsNotClosed():
            return [f"{who}.is_not_used({number}, 'close')"]
        case WasUsed():
            return [f"{who}.was_used({number})"]
        case acts.Raises():
            return [f"{who}.ends({number})"]
    return [f"{who}.does({number})"]


def _seconds(within: float | None) -> str:
    return "" if within is None else f", within={within:g}"


def player(number: int, line: Line) -> list[str]:
    """The statements of the application. Raises `NoKit`."""
    match line.act:
        case acts.IsCalled() | acts.IsNotCalled() | IsAsked() | IsNotAsked() | IsClosed() | IsNotClosed() | WasUsed():
            return []
        case StartsResponse(status, headers, exc_info):
            return [f"write = line({number}, {_start(status, headers, exc_info)})"]
        case Writes(data):
            return [f"line({number}, write, {code(data)})"]
        case UsesStream(key, method, arguments):
            words = [f'environ["{key}"].{method}', *(code(one) for one in arguments)]
            return [f"line({number}, {', '.join(words)})"]
        case IteratesInput(items):
            return [f'line({number}, first_items, environ["wsgi.input"], {items})']
        case ReadsBody():
            return [f"line({number}, read_body, environ)"]
        case ReadsToEnd(size, up_to):
            return [f'line({number}, read_to_end, environ["wsgi.input"], {size}, {up_to})']
        case LooksAtEnviron(how, key, value):
            return [f"line({number}, changed, environ, {code(how)}, {code(key)}, {code(value)})"]
        case ReturnsResult(value):
            return [f"line({number})", f"return {code(value)}"]
        case ReraisesOrReturns(value):
            return [f"line({number})", "if line.error:", "    raise line.error", f"return {code(value)}"]
        case ReturnsIterable() as act:
            return _iterable(number, act)
        case Yields(data):
            return [f"    line({number})", f"    yield {code(data)}"]
        case Stops():
            return [f"    line({number})", "    return"]
        case acts.Raises(kind, text) if kind in asgi_lines.ERRORS:
            return [f"line({number})", f"raise {kind}({code(text)})"]
    raise NoKit(f"its application does what a kit cannot: {type(line.act).__name__}")


def _start(status: Any, headers: Any, exc_info: Any) -> str:
    words = ["start_response", code(status), code(headers)]
    if exc_info is None:
        words.append("None")
    elif exc_info:
        kind, text = exc_info
        if kind not in asgi_lines.ERRORS:
            raise NoKit("its application tells of an exception of a class that is not built in")
        words.append(f"exc_info({kind}({code(text)}))")
    return ", ".join(words)


def _iterable(number: int, act: ReturnsIterable) -> list[str]:
    if act.shape not in SHAPES or act.error:
        raise NoKit("its application returns an iterable of a particular shape")
    if act.blocks is None:
        given = ["def blocks():", "    # what the server asks for, one after the other"]
        return [f"line({number})", f"return_value = {SHAPES[act.shape]}(line, lambda: blocks())", *given]
    blocks = f"{code(list(act.blocks), 4)} * {act.times}"
    return [f"line({number})", f"return {SHAPES[act.shape]}(line, lambda: iter({blocks}), {act.length})"]


def function(name: str, body: list[str]) -> list[str]:
    """The application in one of its calls."""
    flat = [statement for line in body for statement in line.split("\n")]
    if "def blocks():" in flat:
        flat = _with_blocks(flat)
    elif not flat or not flat[-1].startswith(("return", "raise")):
        flat.append("line.until_the_end()")
    return [
        f"def {name}(environ, start_response, line):",
        '    """`line(N, ...)`: do this when it is line N\'s turn."""',
        *indented(flat),
    ]


def _with_blocks(flat: list[str]) -> list[str]:
    """The iterable's own lines come behind its `return`, in a generator that has to stand before it."""
    start = flat.index("def blocks():")
    before, made, blocks = flat[: start - 1], flat[start - 1], flat[start:]
    rest = [statement if statement.startswith(" ") else f"    {statement}" for statement in blocks[1:]]
    ends = rest[-1].strip() == "return" or rest[-1].strip().startswith("raise")
    last = [] if ends else ["    line.until_the_end()", "    yield b''"]
    *head, turn = before
    return [*head, "", blocks[0], *rest, *last, "", turn, made.replace("return_value =", "return")]
