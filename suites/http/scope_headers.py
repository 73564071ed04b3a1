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
    """The headers where they are of a type of ours, else what was found in them."""
    return plain(plain(seen.scope).get("headers"))


def is_pair(item):
    return isinstance(item, list | tuple) and [type(part) for part in item] == [bytes, bytes]


def holds_pairs(headers):
    return isinstance(headers, list | tuple) and all(is_pair(plain(item)) for item in headers)


def is_one_shot(seen):
    name = getattr(plain(seen.scope).get("headers"), "type_name", "")
    return holds_pairs(container(seen)) and ("generator" in name or "iterator" in name or name in ("map", "zip"))


def pairs_in_a(kind):
    words = f"a {kind.__name__} of pairs of bytes"
    return where(words, lambda seen, heard: type(seen.scope.get("headers")) is kind and holds_pairs(container(seen)))


case(
    "headers is an iterable of pairs of bytes",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.shape"),
        ways={
            "list": pairs_in_a(list),
            "tuple": pairs_in_a(tuple),
            "one-shot": warn(where("an iterator", lambda seen, heard: is_one_shot(seen)), "can be walked only once"),
            "another iterable": where("an iterable of pairs", lambda seen, heard: holds_pairs(container(seen))),
        },
    ),
    note="Any iterable will do, and any two-item iterable in it. One that can be walked only once breaks middleware.",
)

case(
    "headers is empty where the request has none",
    client.sends(b"GET / HTTP/1.0\r\n\r\n"),
    app.is_called(
        requirement("http.scope.headers.present"),
        ways={
            "empty": where("no header", lambda seen, heard: container(seen) in ([], ())),
            "invented": warn(where("pairs", lambda seen, heard: holds_pairs(container(seen))), "nobody sent these"),
            "refused": note(refused(505), "HTTP/1.0, or a request without Host, is not served"),
        },
    ),
)


# --------------------------------------------------------------------------- values

OUTER = {"leading": b" \t v", "trailing-space": b" v ", "trailing-tab": b" v \t"}


@each(space=OUTER)
def white_space_around_a_value(space):
    """White space around a value is no part of it

    RFC 9110, section 5.5: a field value neither begins nor ends with white space, and who parses fields has to exclude
    it. What is in the scope is the header's value (ASGI HTTP, "HTTP Connection Scope").
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Value:" + OUTER[space] + b"\r\n\r\n")
    yield app.is_called(has(x_value=[b"v"]), requirement("http.scope.headers.value-exact"))


case(
    "White space inside of a value is kept",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nX-Value: a  b\tc\r\n\r\n"),
    app.is_called(has(x_value=[b"a  b\tc"]), requirement("http.scope.headers.value-exact")),
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
    client.sends(b'GET / HTTP/1.1\r\nHost: test\r\nCookie: a=1; b=2;c="3,4"; a=5\r\n\r\n'),
    app.is_called(has(cookie=[b'a=1; b=2;c="3,4"; a=5']), requirement("http.scope.headers.cookie-unmodified")),
)


# --------------------------------------------------------------------------- nothing is left out, nothing invented


FIELDS = [
    (b"Accept-Encoding", b"gzip"), (b"Authorization", b"Basic YTpi"), (b"Connection", b"keep-alive"),
    (b"Content-Type", b"text/plain"), (b"Forwarded", b"for=192.0.2.1"), (b"From", b"a@example.org"),
    (b"If-None-Match", b'"a"'), (b"Keep-Alive", b"timeout=5"), (b"Max-Forwards", b"1"), (b"Origin", b"https://a.example"),
    (b"Proxy-Authorization", b"Basic YTpi"), (b"Range", b"bytes=0-1"), (b"Referer", b"https://a.example/"),
    (b"TE", b"trailers"), (b"User-Agent", b"a/1"), (b"Via", b"1.1 a"), (b"X-Forwarded-For", b"192.0.2.1"),
    (b"X-Empty", b""), (b"X-Forwarded-Proto", b"https"), (b"X-Real-IP", b"192.0.2.1"), (b"X-Request-ID", b"1"),
]  # fmt: skip


def all_fields(seen, heard):
    lost = [name.decode() for name, value in FIELDS if values(seen, name.lower()) != [value]]
    return not lost or f"not once and as sent: {', '.join(lost)}"


case(
    "No header of the request is left out",
    client.sends(
        b"GET / HTTP/1.1\r\nHost: test\r\n",
        b"".join(name + b": " + value + b"\r\n" for name, value in FIELDS) + b"\r\n",
    ),
    app.is_called(where("all of them, once", all_fields), requirement("http.scope.headers.nothing-dropped")),
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
