"""HTTP Connection Scope: headers (ASGI HTTP, "HTTP Connection Scope" and "HTTP")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    each,
    header_pairs,
    note,
    plain,
    refused,
    requirement,
    scope,
    warn,
    where,
)


def values(seen, name):
    """The values of the fields of this name, however it is spelled."""
    return [value for key, value in header_pairs(seen.scope) if key.lower() == name]


def has(**expected):
    """These fields, by name with _ for -, have exactly these values, in this order."""

    def fits(seen, heard):
        wrong = {name: values(seen, name.replace("_", "-").encode()) for name in expected}
        wrong = {name: got for name, got in wrong.items() if got != expected[name]}
        return not wrong or ", ".join(f"{name.replace('_', '-')}: {got}" for name, got in wrong.items())

    words = ", ".join(f"{name.replace('_', '-')}: {wanted}" for name, wanted in expected.items())
    return where(f"the fields {words}", fits)


# --------------------------------------------------------------------------- shape


def container(seen):
    return plain(seen.scope).get("headers")


def are_pairs_of_bytes(items):
    return isinstance(items, list | tuple) and all(
        isinstance(plain(item), list | tuple) and len(plain(item)) == 2 and all(type(part) is bytes for part in plain(item))
        for item in items
    )


def are_pairs_in(seen, *kinds):
    return type(container(seen)) in kinds and are_pairs_of_bytes(container(seen))


def is_one_shot(seen):
    return any(word in str(getattr(container(seen), "type_name", "")) for word in ("generator", "iterator", "map", "zip"))


case(
    "headers is an iterable of pairs of bytes",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.shape"),
        ways={
            "list": where("a list of pairs of bytes", lambda seen, heard: are_pairs_in(seen, list)),
            "tuple": where("a tuple of pairs of bytes", lambda seen, heard: are_pairs_in(seen, tuple)),
            "one-shot": warn(
                where("an iterator", lambda seen, heard: is_one_shot(seen) and are_pairs_of_bytes(plain(container(seen)))),
                "headers can be walked only once, so the next one to look finds none",
            ),
            "another iterable": where(
                "an iterable of pairs of bytes", lambda seen, heard: are_pairs_of_bytes(plain(container(seen)))
            ),
        },
    ),
    note="Any iterable will do, and any two-item iterable in it.",
)

case(
    "headers is empty where the request has none",
    client.sends(b"GET / HTTP/1.0\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.present"),
        ways={
            "empty": where("no header", lambda seen, heard: are_pairs_of_bytes(plain(container(seen))) and not header_pairs(seen.scope)),
            "invented": warn(
                where("some header", lambda seen, heard: are_pairs_of_bytes(plain(container(seen)))), "nobody sent these"
            ),
        },
    ),
)


# --------------------------------------------------------------------------- values

case(
    "White space around a value is removed, and kept inside of it",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Inner: a  b\tc\r\nX-Outer: \t v \t\r\nX-None:w\r\n\r\n"),
    app.is_called(
        has(x_inner=[b"a  b\tc"], x_outer=[b"v"], x_none=[b"w"]), requirement("http.scope.headers.value-exact")
    ),
)

case(
    "A header without a value is there",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Empty:\r\nX-Blank: \r\n\r\n"),
    app.is_called(has(x_empty=[b""], x_blank=[b""]), requirement("http.scope.headers.value-exact")),
)

case(
    "The case and the punctuation of a value are kept",
    client.sends(b'GET / HTTP/1.1\r\nHost: test\r\nX-Value: "Ab", c;D=%20+\\, !#$%&\'()*/:<=>?@[]^_`{|}~\r\n\r\n'),
    app.is_called(
        has(x_value=[b'"Ab", c;D=%20+\\, !#$%&\'()*/:<=>?@[]^_`{|}~']), requirement("http.scope.headers.value-exact")
    ),
)


BEYOND_ASCII = {"latin-1": b"caf\xe9", "utf-8": b"\xe2\x82\xac", "neither": b"\x80\xff\xc3"}


@each(value=BEYOND_ASCII)
def values_beyond_ascii(value):
    """Bytes beyond ASCII in a value are passed on as they are, or refused"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Value: " + BEYOND_ASCII[value] + b"\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.headers.value-exact"),
        ways={"exact": has(x_value=[BEYOND_ASCII[value]]), "refused": refused()},
    )


case(
    "A long value arrives whole",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Long: " + b"0123456789abcdef" * 384 + b"\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.nothing-dropped"),
        ways={"whole": has(x_long=[b"0123456789abcdef" * 384]), "refused": note(refused())},
    ),
)


# --------------------------------------------------------------------------- names


def names(seen):
    return [name for name, _ in header_pairs(seen.scope) if name.lower() == b"x-mixed-case"]


case(
    "Header names are in lower case, or as they were sent",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-MiXeD-cAsE: 1\r\n\r\n"),
    app.is_called(
        requirement(
            "http.scope.headers.names-lowercase",
            ways={"lower case": where("x-mixed-case", lambda seen, heard: names(seen) == [b"x-mixed-case"])},
        ),
        requirement(
            "http.scope.headers.case-preserved",
            ways={
                "lower case": where("x-mixed-case", lambda seen, heard: names(seen) == [b"x-mixed-case"]),
                "as sent": where("X-MiXeD-cAsE", lambda seen, heard: names(seen) == [b"X-MiXeD-cAsE"]),
            },
        ),
    ),
    note="Names should be in lower case and their case should be kept: only one of the two can be done.",
)


# --------------------------------------------------------------------------- repeated headers

case(
    "Values of a repeated header keep their order",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-M: 2\r\nX-Other: a\r\nX-M: 3\r\nx-m: 1\r\n\r\n"),
    app.is_called(
        where(
            "2, 3, 1 in this order",
            lambda seen, heard: b",".join(values(seen, b"x-m")).replace(b" ", b"") == b"2,3,1",
        ),
        requirement("http.scope.headers.same-name-order"),
    ),
    note="Only the order under one name counts; whether they are joined is another requirement's question.",
)

case(
    "Repeated headers stay apart",
    client.sends(
        b"GET / HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\nX-M: 1\r\nAccept: */*\r\nX-M: 2\r\nX-M: 1\r\n\r\n"
    ),
    app.is_called(
        where(
            "two accept headers and three x-m headers",
            lambda seen, heard: (
                sorted(values(seen, b"accept")) == [b"*/*", b"text/html"]
                and sorted(values(seen, b"x-m")) == [b"1", b"1", b"2"]
            ),
        ),
        requirement("http.scope.headers.duplicates-preserved"),
    ),
)

case(
    "A Cookie header stays as it was sent",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nCookie: a=1; b=2;c=\"3,4\"; a=5\r\n\r\n"),
    app.is_called(has(cookie=[b'a=1; b=2;c="3,4"; a=5']), requirement("http.scope.headers.cookie-unmodified")),
)


# --------------------------------------------------------------------------- nothing is left out, nothing invented


@each(
    field=[
        "Accept-Encoding", "Authorization", "Connection", "Content-Type", "Expires", "Forwarded", "From", "Keep-Alive",
        "Proxy-Connection", "Range", "Referer", "TE", "Upgrade-Insecure-Requests", "User-Agent", "Via",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID",
    ]
)  # fmt: skip
def no_field_is_dropped(field):
    """No header of the request is left out"""
    value = {"Connection": b"keep-alive", "TE": b"trailers"}.get(field, b"value")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n" + field.encode() + b": " + value + b"\r\n\r\n")
    yield app.is_called(
        where(
            f"{field.lower()}: {value!r}, once",
            lambda seen, heard: values(seen, field.lower().encode()) == [value] or f"{header_pairs(seen.scope)}",
        ),
        requirement("http.scope.headers.nothing-dropped"),
    )


case(
    "Content-Length is among the headers",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(has(content_length=[b"4"]), requirement("http.scope.headers.nothing-dropped")),
)

case(
    "Transfer-Encoding is among the headers, or not",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.nothing-dropped"),
        ways={"kept": has(transfer_encoding=[b"chunked"]), "left out": note(has(transfer_encoding=[]))},
    ),
    note="The coding is the server's business and is over when the application is called, so this is recorded only.",
)

case(
    "A name with an underscore is among the headers, or not",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nx_under: 1\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.nothing-dropped"),
        ways={
            "kept": where("x_under", lambda seen, heard: values(seen, b"x_under") == [b"1"]),
            "left out": note(where("no x_under", lambda seen, heard: values(seen, b"x_under") == [])),
            "refused": note(refused()),
        },
    ),
    note="Some leave them out on purpose, since CGI-like environments cannot tell x_under from x-under.",
)

case(
    "No header is added to those of the request",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-A: 1\r\n\r\n"),
    app.is_called(
        where(
            "host and x-a, nothing else",
            lambda seen, heard: sorted(name.lower() for name, _ in header_pairs(seen.scope)) == [b"host", b"x-a"],
        ),
        requirement("http.scope.headers.nothing-dropped"),
    ),
)

HOSTS = {"name": b"Example.ORG", "port": b"Example.ORG:8080", "ipv4": b"192.0.2.1:80", "ipv6": b"[2001:db8::A]:443"}


@each(host=HOSTS)
def the_host_header(host):
    """Host is among the headers as it was sent"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: " + HOSTS[host] + b"\r\n\r\n")
    yield app.is_called(has(host=[HOSTS[host]]), requirement("http.scope.headers.host-present"))
