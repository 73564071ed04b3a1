"""How the deeds of a script read in reports."""

from collections.abc import Sized
from typing import Any

from asgi_conformance.acts import (
    Act,
    Announces,
    AwaitsEnd,
    Begins,
    CallsApplication,
    Cancels,
    CancelsCall,
    Closes,
    Connects,
    Delivers,
    Exits,
    FailsSends,
    Finishes,
    ForgetsATask,
    Hears,
    HoldsSends,
    IsCalled,
    IsNotCalled,
    IsQuiet,
    LetsTimePass,
    LooksAround,
    LooksAtScope,
    OpensTunnel,
    Prints,
    Raises,
    ReadsAgain,
    Receives,
    ReceivesBody,
    ReceivesSeveral,
    ReleasesSends,
    Requests,
    Reraises,
    ResetsStream,
    Returns,
    Sends,
    SendsData,
    SendsEvent,
    Serves,
    Signals,
    Starts,
    StillWaits,
    StopsReading,
    TakesAnswer,
    TakesEvent,
    Tls,
    UsesTheLoop,
)


def did(act: Act) -> str:
    """What the speaker does, in the present tense: `sends b"..."`."""
    match act:
        case Connects(tls):
            return f"connects{_with_tls(tls) if tls else ''}"
        case Sends(pieces, text, along, early):
            verb, what = "begins to send" if along else "sends", " then ".join(map(_short, pieces))
            return f"{text or f'{verb} {what}'}{' as soon as it can connect' if early else ''}"
        case StopsReading(stream):
            return f"stops reading{f' stream {stream}' if stream else ''}"
        case ReadsAgain(stream):
            return f"reads {f'stream {stream} ' if stream else ''}again"
        case Announces(settings):
            return f"announces {', '.join(f'{name}={value}' for name, value in settings)}"
        case OpensTunnel(stream, fields):
            path = b", ".join(value for name, value in fields if name == b":path").decode("latin-1")
            return f"opens a WebSocket at {path} on stream {stream}"
        case Requests(stream, fields, body, ends):
            words = " ".join(value.decode("latin-1") for name, value in fields if name in (b":method", b":path"))
            with_body = f" with body {_short(body)}" if body else ""
            return f"requests {words} on stream {stream}{with_body}{'' if ends else ' …'}"
        case SendsData(stream, data, ends):
            return f"sends {_short(data)} on stream {stream}{' and ends it' if ends else ''}"
        case ResetsStream(stream):
            return f"resets stream {stream}"
        case Closes(how):
            return {"fin": "closes", "reset": "resets the connection", "half": "shuts down its sending side"}[how]
        case CallsApplication(scope, keywords):
            return f"calls the application{' by keywords' if keywords else ''} with {_short(scope)}"
        case Delivers(events):
            return f"delivers {', '.join(map(_short, events))}"
        case TakesAnswer():
            return "gets, until nothing more comes,"
        case AwaitsEnd():
            return "sees the call end:"
        case LetsTimePass(seconds):
            return f"lets {seconds:g} s pass"
        case FailsSends(kind, after):
            return f"raises {kind} from send{_from_then(after)}"
        case HoldsSends(after):
            return f"holds send{_from_then(after)}"
        case ReleasesSends():
            return "lets send come back again"
        case CancelsCall():
            return "cancels the call"
        case LooksAround():
            return "looks at what is left:"
        case Hears() | Receives() | TakesEvent():
            return "gets"
        case IsQuiet():
            return "gets nothing"
        case IsCalled():
            return "is called with"
        case IsNotCalled():
            return "is not called"
        case ReceivesBody():
            return "gets the request body:"
        case ReceivesSeveral():
            return "gets, one after the other,"
        case SendsEvent(event, times, _, through, last):
            whose = f" through the send of {through.replace(':', ' ')}" if through else ""
            end = ", its last," if last else ""
            return f"sends {_short(event)}{f' {times} times' if times > 1 else ''}{whose}{end}"
        case Begins(task, "receive"):
            return f"begins to receive ({task})"
        case Begins(task, "receive_body"):
            return f"begins to receive the request body ({task})"
        case Begins(task, _, event, times):
            return f"begins to send {_short(event)}{f' {times} times' if times > 1 else ''} ({task})"
        case Finishes(task):
            return f"finishes {task}:"
        case StillWaits(task):
            return f"is still waiting in {task}"
        case ForgetsATask():
            return "forgets a task that will fail"
        case UsesTheLoop():
            return "sleeps, runs a task and a thread:"
        case Cancels(task):
            return f"cancels {task}"
        case Returns(value):
            return "returns" if value is None else f"returns {value!r}"
        case Raises(kind, text):
            return f"raises {kind}({text!r})"
        case Reraises():
            return "lets the last exception pass"
        case LooksAtScope("look"):
            return "looks at its scope:"
        case LooksAtScope(how, path, value):
            place = "".join(f"[{key!r}]" for key in path)
            return f"changes its scope ({how} {place}{'' if how == 'delete' else f' {value!r}'}):"
        case Starts():
            return "starts"
        case Serves():
            return "accepts connections"
        case Signals(signal):
            return f"gets {signal}"
        case Exits():
            return "ends"
        case Prints():
            return "has printed"
    return act.words


def _from_then(after: int) -> str:
    return f" after {after} more" if after else ""


def _with_tls(tls: Tls) -> str:
    """` with TLS 1.2, cipher suite X, an untrusted certificate of CN=Jörg`"""
    words = [f"TLS {tls.version}".rstrip()]
    if tls.cipher:
        words.append(f"cipher suite {tls.cipher}")
    if shown := tls.certificate:
        kind = "a certificate" if shown.trusted else "an untrusted certificate"
        words.append(f"{kind} of {', '.join(f'{name}={value}' for name, value in shown.subject)}")
    return f" with {', '.join(words)}"


def _short(value: Any) -> str:
    text = repr(value)
    length = len(value) if isinstance(value, Sized) else len(text)
    return text if len(text) <= 400 else f"{text[:300]}… ({length} long)"
