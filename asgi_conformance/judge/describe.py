"""Entries of a timeline in words, and cut so that a report can carry them."""

import math
from typing import Any

from asgi_conformance.codec import Foreign, LargeBytes, Made
from asgi_conformance.matchers.application import told
from asgi_conformance.matchers.responses import summary
from asgi_conformance.matchers.wsgi_application import told as told_of_wsgi
from asgi_conformance.peers import http1, websocket
from asgi_conformance.spec.order import type_of
from asgi_conformance.timeline import (
    Aftermath,
    Answer,
    Body,
    Call,
    Called,
    CallLog,
    Done,
    End,
    Entry,
    Environ,
    Event,
    Events,
    Exit,
    Log,
    Missing,
    Outcome,
    Scope,
    Seen,
    Step,
    Streams,
    Uses,
    What,
    Wire,
    WsgiAnswer,
    WsgiCall,
    WsgiLog,
)

LONGEST = 2048  # bytes or characters of one value in a report


def described(entry: Entry) -> tuple[str, Any]:
    """(words, data): what happened in a line, and the recorded value with long parts cut."""
    return (entry.text or _words(entry.seen)) + _tail(entry), cut(_data(entry.seen))


def _tail(entry: Entry) -> str:
    """What came of a send, behind the words for what was sent."""
    if not entry.sends or isinstance(entry.seen, Done):
        return ""
    return f"  ⇒ {_words(entry.seen)}"


def _words(seen: Seen) -> str:
    match seen:
        case Done(text):
            return text
        case Call(scope, _):
            return _scope_words(scope)
        case WsgiCall(environ) | Environ(environ):
            return _environ_words(environ)
        case Uses(all):
            return ", ".join(all) or "not used"
        case WsgiAnswer():
            return told_of_wsgi(seen)
        case WsgiLog(steps=steps):
            return "the whole call: " + (", ".join(what for what, _ in steps) or "nothing happened")
        case Event(value, _):
            return repr(cut(value))
        case Body(events, body):
            return f"{len(events)} event(s), body {cut(body)!r}"
        case Events(values):
            return f"{len(values)} event(s): {', '.join(repr(cut(value)) for value in values[:20])}"
        case Outcome(raised=None, cancelled=cancelled, value=value):
            return "cancelled" if cancelled else "returned" if value is None else f"returned {cut(value)!r}"
        case Outcome(raised=raised):
            return f"raised {raised.type}: {raised.text}" if raised else ""
        case Wire():
            return _wire_words(seen)
        case Streams(events, end, _):
            words = [f"{event.kind} on {event.stream or 'the connection'}" for event in events]
            return ", ".join([*words[:20], *([] if end is End.OPEN else ["the connection closed"])]) or "nothing"
        case Scope(scope, _):
            return _scope_words(scope)
        case Answer():
            return told(seen)
        case Aftermath(tasks, troubles, warnings, records, scopes):
            words = [f"task {name}" for name in tasks] + [*troubles, *warnings, *records, *scopes]
            return "; ".join(words) or "nothing left"
        case CallLog():
            return "the whole call: " + (", ".join(map(_step, seen.steps)) or "nothing happened")
        case Exit(status):
            return f"ends with status {status}"
        case Log(text):
            return f"has printed {len(text)} characters"
        case Missing():
            return str(seen)


def _scope_words(scope: Any) -> str:
    if not isinstance(scope, dict):
        return f"scope {scope!r}"
    words = [str(scope.get(key)) for key in ("method", "path") if key in scope]
    return " ".join([f"scope {scope.get('type')!r}", *words])


def _environ_words(environ: Any) -> str:
    if not isinstance(environ, dict):
        return f"environ {environ!r}"
    return " ".join(["environ", *(str(environ[key]) for key in ("REQUEST_METHOD", "PATH_INFO") if key in environ)])


def _wire_words(seen: Wire) -> str:
    end = {End.OPEN: "" if seen.enough else "nothing more", End.FIN: "the connection closed", End.RESET: "a reset"}
    words = []
    if seen.data.startswith(b"HTTP/"):
        words.append(summary(http1.read(seen.data, ended=seen.end is not End.OPEN)))
    elif seen.data:
        frame = websocket.read_frame(seen.data)
        words.append(str(frame) if frame and frame.opcode in set(websocket.Opcode) else f"bytes {seen.data[:200]!r}")
    words.extend(filter(None, [end[seen.end]]))
    return ", then ".join(words) or "nothing"


def _step(step: Step) -> str:
    match step:
        case Step(What.ENDED, Outcome() as outcome):
            return _words(outcome)
        case Step(What.MISUSED, text):
            return f"called {text}"
        case Step(What.ASKS):
            return step.what.value
    return f"{step.what.value} {type_of(step.value)}{' after its end' if step.late else ''}"


def _data(seen: Seen) -> Any:
    match seen:
        case Call(scope, facts):
            return {"scope": scope, "facts": {key: value for key, value in facts.items() if key != "ids"}}
        case WsgiCall(environ, facts):
            return {"environ": environ, "facts": {key: value for key, value in facts.items() if key != "id"}}
        case Environ(environ):
            return environ
        case Uses(all):
            return list(all)
        case WsgiAnswer(status, headers, body):
            return {"status": status, "headers": headers, "body": list(body)}
        case WsgiLog(environ, steps, breaches):
            return {"environ": environ, "steps": list(map(list, steps)), "breaches": list(map(list, breaches))}
        case Event(value, _):
            return value
        case Body(events, body):
            return {"events": list(events), "body": body}
        case Events(values):
            return list(values)
        case Called(_, scope, _):
            return {"scope": scope}
        case Answer(events, _):
            return list(events)
        case Wire(data, _, _):
            return data
        case Streams(events, _, _):
            return [(event.kind, event.stream, event.value) for event in events]
        case Scope(scope, _):
            return scope
        case Log(text):
            return text
    return None


def cut(value: Any) -> Any:
    """The same value with long strings, bytes and containers cut."""
    match value:
        case bytes() if len(value) > LONGEST:
            return value[:LONGEST] + f"… {len(value)} bytes".encode()
        case str() if len(value) > LONGEST:
            return f"{value[:LONGEST]}… {len(value)} characters"
        case list() | tuple():
            items = [cut(item) for item in value[:100]]
            return items if isinstance(value, list) else tuple(items)
        case dict():
            pairs = list(value.items())[:100]
            return {cut(key) if isinstance(key, str | bytes) else key: cut(item) for key, item in pairs}
        case Foreign(name, beneath, text):
            return Foreign(name, cut(beneath), text)
        case float() if not math.isfinite(value):  # JSON has no such number
            return Foreign("float", None, repr(value))
        case None | bool() | int() | float() | str() | bytes() | LargeBytes() | Made():
            return value
    return repr(value)[:LONGEST]
