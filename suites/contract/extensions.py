"""What a framework makes of extensions, where it has an idiom for them (ASGI, "Extensions").

Without an offer nothing of an extension may be sent; with one, what is sent has to be in order. That it is sent is a
matter between the framework and its users.
"""

from asgi_conformance.authoring import (
    ABSENT,
    answer,
    any_of,
    case,
    conduct,
    each,
    http_scope,
    if_offered,
    note,
    only_warned,
    plain,
    requirement,
    server,
    websocket_scope,
    where,
)

no_body = {"type": "http.request", "body": b"", "more_body": False}
connect = {"type": "websocket.connect"}
digits = b"0123456789" * 1000
ROUTES = ["/hints", "/push", "/trailers", "/debug", "/file"]
USUAL = 2  # the line with the usual answer
other = server.named("other")


def sent(seen, kind):
    """The events of this type in an answer."""
    return [plain(event) for event in seen.events if plain(event)["type"] == kind]


def has_sent(kind, words="", check=lambda event: True):
    """Among the events is one of this type."""
    text = f"{kind}{f' with {words}' if words else ''}"
    return where(text, lambda seen, heard: any(check(event) for event in sent(seen, kind)) or f"no {text}")


def fields(event):
    return [(bytes(plain(name)).lower(), bytes(plain(value))) for name, value in map(plain, plain(event["headers"]))]


# --------------------------------------------------------------------------- nothing is offered


@each(path=ROUTES, needs="contract")
def _(path):
    """Nothing of an extension is sent that is not offered"""
    yield server.calls(http_scope(path=path), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        if_offered(answer(200)),
        *conduct("common.extensions.app-no-unadvertised", "ext.debug.app-not-unadvertised"),
    )


def as_usual(seen, heard):
    """The status and the body that the other call was answered with."""
    usual = heard.timeline.answer(USUAL)
    return whole(seen) == whole(usual) or f"{whole(seen)!r:.100} instead of {whole(usual)!r:.100}"


def whole(seen):
    start = sent(seen, "http.response.start")
    body = b"".join(bytes(plain(event.get("body", b""))) for event in sent(seen, "http.response.body"))
    return start and plain(start[0]["status"]), body


@each(path=ROUTES, extensions=["missing", "None"], needs="contract")
def _(path, extensions):
    """A response comes as ever where the scope says nothing of extensions

    None is no dict, so it earns a warning at most.
    """
    offered = {"missing": ABSENT, "None": None}[extensions]
    yield other.calls(http_scope(path=path), shares_state=True)
    yield other.delivers(no_body)
    yield other.gets_answer(if_offered(answer(200)))
    yield server.calls(http_scope(path=path, extensions=offered), shares_state=True)
    yield server.delivers(no_body)
    alike = where("the usual answer", as_usual)
    yield server.gets_answer(
        requirement("common.extensions.app-optional", expects=alike if offered is ABSENT else only_warned(alike))
    )


@each(extensions=["empty", "missing", "None"], needs=("contract", "websocket"))
def _(extensions):
    """A WebSocket is closed where its refusal cannot have a response of its own"""
    offered = {"empty": {}, "missing": ABSENT, "None": None}[extensions]
    yield server.calls(websocket_scope("/ws/deny", extensions=offered), shares_state=True)
    yield server.delivers(connect)
    yield server.gets_answer(*conduct("ext.denial.app-fallback"))


# --------------------------------------------------------------------------- early hints and pushes

case(
    "Early hints are bytes and come before the response",
    server.calls(http_scope(path="/hints", extensions={"http.response.early_hint": {}}), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(answer(200, body=b"hints")),
        requirement("contract.extension.early-hints", expects=has_sent("http.response.early_hint")),
        *conduct("ext.early-hint.app-format"),
    ),
    needs="contract",
)

case(
    "A push has a path and fields, and comes before the end of the response",
    server.calls(http_scope(path="/push", http_version="2", extensions={"http.response.push": {}}), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(answer(200, body=b"push")),
        requirement(
            "contract.extension.push",
            expects=has_sent("http.response.push", "its path", lambda event: event["path"] == "/pushed.css"),
        ),
        *conduct("ext.push.app-format"),
    ),
    needs="contract",
)

# --------------------------------------------------------------------------- trailers


def announces(seen, heard):
    """The start names the trailing field."""
    start = sent(seen, "http.response.start")[0]
    named = b",".join(value.lower() for name, value in fields(start) if name == b"trailer")
    return b"x-checksum" in [one.strip() for one in named.split(b",")] or f"trailer: {named!r}"


def says_so(seen):
    """The start says that trailers follow, if any do."""
    said = plain(sent(seen, "http.response.start")[0].get("trailers"))
    return said is True or not sent(seen, "http.response.trailers") or f"trailers: {said!r}"


case(
    "Trailers are announced and follow the body",
    server.calls(
        http_scope(path="/trailers", extensions={"http.response.trailers": {}}, headers=[[b"te", b"trailers"]]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(answer(200, body=b"trailers")),
        requirement(
            "contract.extension.trailers",
            expects=has_sent(
                "http.response.trailers",
                "x-checksum: 42",
                lambda event: (b"x-checksum", b"42") in fields(event),
            ),
        ),
        requirement(
            "ext.trailers.app-order", expects=where("trailers: True at the start", lambda seen, heard: says_so(seen))
        ),
        *conduct("ext.trailers.app-order"),
        requirement("ext.trailers.app-announces", expects=where("trailer: x-checksum", announces)),
    ),
    needs="contract",
)

# --------------------------------------------------------------------------- debug


@each(path=["/debug", "/redirect", "/error"], needs="contract")
def _(path):
    """What is for debugging is told once, before the response"""
    yield server.calls(http_scope(path=path, extensions={"http.response.debug": {}}), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        if_offered(where("an answer", lambda seen, heard: True)),
        requirement(
            "ext.debug.app-once-before-start",
            expects=where("at most one, before the start", lambda seen, heard: once_before_the_start(seen)),
        ),
    )


def once_before_the_start(seen):
    kinds = [plain(event)["type"] for event in seen.events]
    found = [place for place, kind in enumerate(kinds) if kind == "http.response.debug"]
    return not found or found == [0] or f"events: {kinds}"


case(
    "What is for debugging is a dict with names",
    server.calls(http_scope(path="/debug", extensions={"http.response.debug": {}}), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(answer(200)),
        requirement(
            "ext.debug.harness-support",
            ways={
                "told": has_sent(
                    "http.response.debug",
                    "info",
                    lambda event: (
                        isinstance(plain(event["info"]), dict)
                        and all(isinstance(name, str) for name in plain(event["info"]))
                    ),
                ),
                "not told": note(where("none", lambda seen, heard: not sent(seen, "http.response.debug"))),
            },
        ),
    ),
    needs="contract",
)

# --------------------------------------------------------------------------- files


@each(offer=["http.response.pathsend", "http.response.zerocopysend"], needs="contract")
def _(offer):
    """A file is left to the server, in the right words"""
    formats = {
        "http.response.pathsend": "ext.pathsend.app-format",
        "http.response.zerocopysend": "ext.zerocopysend.app-format",
    }
    yield server.calls(http_scope(path="/file", extensions={offer: {}}), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        if_offered(answer(200)),
        requirement(
            "contract.extension.path-send",
            ways={"left to the server": has_sent(offer), "read by itself": note(answer(200, body=digits))},
        ),
        *conduct(formats[offer]),
    )


without_a_path = note(where("no path of a file", lambda seen, heard: not sent(seen, "http.response.pathsend")))


def true_length(seen, heard):
    """The length is that of the file."""
    have = dict(fields(sent(seen, "http.response.start")[0]))
    return have.get(b"content-length") == b"10000" or f"{have}"


@each(method=["GET", "HEAD"], needs="contract")
def _(method):
    """A response with the path of a file has the file's length"""
    yield server.calls(http_scope(method, "/file", extensions={"http.response.pathsend": {}}), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        if_offered(answer(200)),
        requirement(
            "ext.pathsend.app-format",
            ways={"does not use it": without_a_path, "": where("content-length: 10000", true_length)},
        ),
    )


case(
    "A part of a file is not answered with its path",
    server.calls(
        http_scope(path="/file", extensions={"http.response.pathsend": {}}, headers=[[b"range", b"bytes=15-24"]]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(answer(any_of("200 or 206", lambda status: status in (200, 206)))),
        requirement("ext.pathsend.app-format", ways={"does not use it": without_a_path, "the whole file": answer(200)}),
    ),
    needs="contract",
    note="A path stands for the whole file.",
)


def hands_over(heard):
    """Whether a file was handed to the server, or would have been."""
    values = [step.value for log in heard.timeline.logs() for step in log.steps]
    return any("http.response.zerocopysend" in repr(value) for value in values)


@each(ending=["sent", "refused"], needs="contract")
def _(ending):
    """A file is closed by whoever has opened it

    An open file that nobody holds any more is told of by Python's ResourceWarning.
    """
    yield server.calls(http_scope(path="/file", extensions={"http.response.zerocopysend": {}}), shares_state=True)
    if ending == "refused":
        yield server.fails_sends(after=1)
    yield server.delivers(no_body)
    yield server.gets_answer(if_offered(where("an answer", lambda seen, heard: True)))
    yield server.looks_around(
        requirement(
            "ext.zerocopysend.app-closes",
            ways={
                "does not use it": note(where("no file handed over", lambda seen, heard: not hands_over(heard))),
                "closed": where(
                    "no file left open", lambda seen, heard: not [one for one in seen.warnings if "unclosed" in one]
                ),
            },
        )
    )


# --------------------------------------------------------------------------- refusals of WebSockets

case(
    "A refusal with a response is complete and alone",
    server.calls(websocket_scope("/ws/deny", extensions={"websocket.http.response": {}}), shares_state=True),
    server.delivers(connect),
    server.gets_answer(
        requirement(
            "contract.websocket.denial",
            ways={
                "a response": if_offered(
                    has_sent("websocket.http.response.start", "status 401", lambda event: event["status"] == 401)
                ),
                "a close": note(has_sent("websocket.close")),
            },
        ),
        *conduct("ext.denial.app-order"),
    ),
    needs=("contract", "websocket"),
)

# --------------------------------------------------------------------------- TLS

tls = {
    "server_cert": None,
    "client_cert_chain": ["-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
    "client_cert_name": "CN=somebody",
    "client_cert_error": None,
    "tls_version": 0x0304,
    "cipher_suite": 0x1301,
}
denied = any_of("400 to 499", lambda status: 400 <= status < 500)


@each(error=["unable to get local issuer certificate", "certificate has expired"], needs="contract")
def _(error):
    """A certificate that was let through with an error gives no access"""
    offered = {"tls": tls}
    yield other.calls(http_scope(path="/certificate", scheme="https", extensions=offered), shares_state=True)
    yield other.delivers(no_body)
    yield other.gets_answer(if_offered(answer(200)))
    refused = {"tls": tls | {"client_cert_error": error}}
    yield server.calls(http_scope(path="/certificate", scheme="https", extensions=refused), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(requirement("tls.app.error-checked", expects=answer(denied)))
