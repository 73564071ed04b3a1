"""HTTP Connection Scope: protocol, method, scheme, state (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    app,
    case,
    client,
    each,
    event,
    note,
    pending,
    plain,
    refused,
    requirement,
    response,
    scope,
    where,
    whole_body,
)

OLD_REFUSED = note(refused(505), "HTTP/1.0 is not served")

case(
    "The type of a request is http whatever its version",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http"), requirement("http.scope.type")),
    client.named("1.0").sends(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n"),
    app.named("1.0").is_called(requirement("http.scope.type"), ways={"": scope(type="http"), "refused": OLD_REFUSED}),
)

case(
    "The type of a request over TLS is http",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http"), requirement("http.scope.type")),
    over=Over.TLS,
)


@each(version=["1.0", "1.1"])
def the_http_version(version):
    """http_version is the version of the request

    The specification has a closed list, "1.0", "1.1" and "2" (and by now "3"), so "1" for HTTP/1.0 is none of them.
    """
    yield client.sends(b"GET / HTTP/" + version.encode() + b"\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.http-version.present"),
        ways={"": scope(http_version=version), "refused": OLD_REFUSED},
    )


# --------------------------------------------------------------------------- spec_version


def spec_version(words, fits):
    def declares(asgi):
        return isinstance(plain(asgi), dict) and fits(plain(asgi).get("spec_version", ABSENT))

    return scope(asgi=any_of(words, declares))


def is_newer(version):
    return isinstance(version, str) and version.startswith("2.") and version[2:].isdigit() and int(version[2:]) > 5


case(
    "spec_version is a version of the HTTP specification",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.asgi.spec-version"),
        ways={
            "absent": spec_version("no spec_version", lambda version: version is ABSENT),
            "2.0": spec_version("spec_version 2.0", lambda version: version == "2.0"),
            "2.1": spec_version("spec_version 2.1", lambda version: version == "2.1"),
            "2.2": spec_version("spec_version 2.2", lambda version: version == "2.2"),
            "2.3": spec_version("spec_version 2.3", lambda version: version == "2.3"),
            "2.4": spec_version("spec_version 2.4", lambda version: version == "2.4"),
            "2.5": spec_version("spec_version 2.5", lambda version: version == "2.5"),
            "newer": note(spec_version("a later spec_version", is_newer), "later than the versions known here"),
        },
    ),
)


# --------------------------------------------------------------------------- method


@each(method=["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def the_method(method):
    """method is the method of the request"""
    yield client.sends(method.encode() + b" / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.method.uppercase"),
        ways={"": scope(method=method), "refused": note(refused(501), "the method is not served")},
    )


case(
    "A method in lower case is converted, refused or passed on",
    client.sends(b"get / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.method.uppercase"),
        ways={
            "GET": scope(method="GET"),
            "refused": refused(501),
            "as it came": note(scope(method="get"), "the method is not in upper case"),
        },
    ),
    note="""
    Methods are case-sensitive in HTTP (RFC 9110, section 9.1), so `get` is an unknown one. That the name is in upper
    case can be read as an order to convert it, or as what names look like: to pass it on is only recorded (A76).
    """,
)


@each(method=["PROPFIND", "PURGE", "X-CONFORMANCE"])
def an_extension_method(method):
    """A method that HTTP itself does not define is passed on or refused"""
    yield client.sends(method.encode() + b" / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.method.extension"),
        ways={"passed on": scope(method=method), "refused": refused(501)},
    )


# --------------------------------------------------------------------------- scheme


case(
    "scheme is http without TLS",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(scheme=absent_or("http")), requirement("http.scope.scheme.value")),
)

case(
    "scheme is http over a unix socket",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(scheme=absent_or("http")), requirement("http.scope.scheme.value")),
    over=Over.UNIX,
)

case(
    "scheme is https over TLS",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(scheme="https"), requirement("http.scope.scheme.value")),
    over=Over.TLS,
    note="Left out, the key would mean http, so over TLS it has to be there.",
)


# --------------------------------------------------------------------------- keys that may not be None

NEVER_NONE = (
    "type", "asgi", "http_version", "method", "scheme", "path", "query_string", "root_path", "headers", "state",
)  # fmt: skip


def no_none(seen, heard):
    wrong = [key for key in NEVER_NONE if plain(seen.scope).get(key, ABSENT) is None]
    return not wrong or f"None in {', '.join(wrong)}"


NO_NONE = {"": where("None in no key whose default is another", no_none), "refused": OLD_REFUSED}

case(
    "Only keys that default to None are None",
    client.sends(b"GET / HTTP/1.0\r\n\r\n"),
    app.is_called(requirement("http.scope.no-undefined-none"), ways=NO_NONE),
    note='A key that is optional may be missing; it may be None where its default is None, and "extensions" is spared.',
)

case(
    "Only keys that default to None are None, over a unix socket too",
    client.sends(b"GET / HTTP/1.0\r\n\r\n"),
    app.is_called(requirement("http.scope.no-undefined-none"), ways=NO_NONE),
    over=Over.UNIX,
)


# --------------------------------------------------------------------------- state


def as_in_the_lifespan(seen, heard):
    """What the application put there at startup."""
    state = plain(plain(seen.scope).get("state"))
    offered = not {"lifespan", "state"} & set(heard.facts.lacks)
    return offered and isinstance(state, dict) and state.get("a b") == "é" and "marker" in state and "items" in state


def none_as_in_the_lifespan(seen, heard):
    """No state, or an empty one."""
    return bool({"lifespan", "state"} & set(heard.facts.lacks)) and plain(plain(seen.scope).get("state", {})) == {}


case(
    "state is there exactly when the lifespan has it",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.state.matches-lifespan"),
        ways={
            "on both": where("the state of the lifespan, which has one", as_in_the_lifespan),
            "on neither": where("no state, as in the lifespan", none_as_in_the_lifespan),
        },
    ),
)


# --------------------------------------------------------------------------- how long the scope lasts

STILL_OPEN = requirement(
    "http.scope.lifetime.until-response-end",
    ways={"open": pending(), "open, with another event": event({"type": "http.request"})},
)

case(
    "A response that is held open lasts until the application ends it",
    client.sends(b"GET /held HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/held")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"first,", "more_body": True}),
    app.begins_to_receive("disconnect"),
    app.still_waits("disconnect", STILL_OPEN),
    app.sends({"type": "http.response.body", "body": b"last"}),
    client.gets(response(200, body=b"first,last"), requirement("http.scope.lifetime.until-response-end")),
)

case(
    "A request that is not answered at once is kept until the application answers",
    client.sends(b"GET /poll HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/poll")),
    app.gets(whole_body(b"")),
    app.begins_to_receive("disconnect"),
    app.still_waits("disconnect", STILL_OPEN),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), requirement("http.scope.lifetime.until-response-end")),
)
