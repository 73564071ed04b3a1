"""`wsgi.file_wrapper` (PEP 3333, "Optional Platform-Specific File Handling").

A server need not offer it. What is said of it here holds whether or not the server has a special way to send files.
"""

import re

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    gives,
    head,
    made,
    note,
    nothing,
    only_warned,
    plain,
    requirement,
    response,
    truncated_response,
    used,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
following = wsgi_app.named("following")
LINES = re.IGNORECASE | re.MULTILINE
TEXT = ("Content-Type", "text/plain")
DATA = b"".join(b"%05d\n" % number for number in range(3000))
"""18,000 bytes, no two blocks of which are the same."""


def sized(length):
    return [TEXT, ("Content-Length", str(length))]


def asks(path, method="GET"):
    """A request, and the call that it leads to."""
    return (
        client.sends(b"%b %b HTTP/1.1\r\nHost: test\r\n\r\n" % (method.encode(), path.encode())),
        wsgi_app.is_called(environ({"PATH_INFO": path})),
    )


# --------------------------------------------------------------------------- the key, and what it makes


def absent_or_callable(seen, heard):
    """Whether the environ has no such key, or something to call."""
    return "wsgi.file_wrapper" not in plain(seen.environ) or seen.facts["file_wrapper"] or "it cannot be called"


case(
    "wsgi.file_wrapper is absent or can be called",
    client.sends(b"GET /file-wrapper/optional HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(requirement(
        "wsgi.file-wrapper.optional", expects=only_warned(where("absent or callable", absent_or_callable)),
    )),
)  # fmt: skip


@each(size=[0, 512], needs="file-wrapper")
def a_file_and_a_size_are_its_arguments(size):
    """A file, and a size or none, are its arguments

    The size is a suggestion.
    """
    yield from asks(f"/file-wrapper/arguments/{size}")
    yield wsgi_app.starts("200 OK", sized(len(DATA)))
    yield wsgi_app.returns_file(made("file", DATA), requirement("wsgi.file-wrapper.signature"), size=size)
    yield client.gets(response(200, body=DATA), requirement("wsgi.file-wrapper.signature"))


def all_of_it(value):
    """A list of bytes that are the file."""
    return isinstance(value, list) and all(type(item) is bytes for item in value) and b"".join(value) == DATA


FILES = {"in-memory": ("bytes-io", "closable"), "on-disk": ("file", "positioned")}


@each(file=FILES, needs="file-wrapper")
def what_it_returns_can_be_iterated(file):
    """What it returns can be iterated, and gives the file in bytes"""
    kind, shape = FILES[file]
    yield from asks(f"/file-wrapper/iterable/{file}")
    yield wsgi_app.wraps_file(
        made(kind, DATA),
        gives(all_of_it),
        requirement("wsgi.file-wrapper.returns-iterable"),
        kind=shape,
        then="iterate",
    )
    yield wsgi_app.starts("200 OK", sized(2))
    yield wsgi_app.returns(b"ok")
    yield client.gets(response(200, body=b"ok"))


@each(file=FILES, needs="file-wrapper")
def a_wrapper_that_is_not_returned_sends_nothing(file):
    """A wrapper that is not returned sends nothing, and does not read its file

    To read it is no transmission yet, and moves it all the same: a warning.
    """
    kind, shape = FILES[file]
    yield from asks(f"/file-wrapper/unused/{file}")
    yield wsgi_app.starts("200 OK", sized(5))
    yield wsgi_app.wraps_file(made(kind, DATA), kind=shape)
    yield wsgi_app.was_used(only_warned(used("read", 0)), requirement("wsgi.file-wrapper.no-early-transmit"))
    yield wsgi_app.returns(b"other")
    yield client.gets(response(200, body=b"other"), requirement("wsgi.file-wrapper.no-early-transmit"))


@each(file=FILES, needs="file-wrapper")
def its_close_closes_the_file(file):
    """Its close() closes the file"""
    kind, shape = FILES[file]
    yield from asks(f"/file-wrapper/close/{file}")
    yield wsgi_app.wraps_file(made(kind, DATA), requirement("wsgi.file-wrapper.close"), kind=shape, then="close")
    yield wsgi_app.was_used(used("close"), requirement("wsgi.file-wrapper.close"))
    yield wsgi_app.starts("200 OK", sized(2))
    yield wsgi_app.returns(b"ok")
    yield client.gets(response(200, body=b"ok"))


# --------------------------------------------------------------------------- the end of the response

KINDS = {
    "in-memory": ("bytes-io", "closable"),
    "with-a-position": ("file", "positioned"),
    "on-disk": ("file", "itself"),
}
METHODS = {"GET": DATA, "HEAD": b""}


@each(file=KINDS, method=METHODS, needs="file-wrapper")
def the_file_is_closed_after_the_response(file, method):
    """The file is closed after the response"""
    kind, shape = KINDS[file]
    yield from asks(f"/file-wrapper/end/{file}/{method}", method)
    yield wsgi_app.starts("200 OK", sized(len(DATA)))
    yield wsgi_app.returns_file(made(kind, DATA), kind=shape)
    yield client.gets(response(200, body=METHODS[method], head=method == "HEAD"))
    yield wsgi_app.is_closed(requirement("wsgi.file-wrapper.closed-after-response"))


@each(file=["positioned", "itself"], needs="file-wrapper")
def the_file_is_closed_when_the_client_leaves(file):
    """The file is closed when the client leaves early

    25 MB, more than can be on the way.
    """
    yield from asks(f"/file-wrapper/left/{file}")
    yield wsgi_app.starts("200 OK", sized(25 << 20))
    yield wsgi_app.returns_file(made("long-file", (b"0123456789abcdef", 25 << 16)), kind=file)
    yield client.gets(head(200))
    yield client.stops_reading()
    yield client.resets()
    yield wsgi_app.is_closed(requirement("wsgi.file-wrapper.closed-after-response"), within=5.0)


case(
    "The file is closed where start_response was not called",
    *asks("/file-wrapper/not-started"),
    wsgi_app.returns_file(made("file", DATA)),
    wsgi_app.is_closed(requirement("wsgi.file-wrapper.closed-after-response")),
    needs="file-wrapper",
)

# --------------------------------------------------------------------------- any file

case(
    "A file without close() is sent",
    *asks("/file-wrapper/bare"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_file(made("bytes-io", DATA), requirement("wsgi.file-wrapper.no-close-attr"), kind="bare"),
    client.gets(response(200, body=DATA), requirement("wsgi.file-wrapper.no-close-attr")),
    needs="file-wrapper",
    note="All it has is `read`. Without a Content-Length, so that an error at the end shows.",
)

ANY = {
    "in-memory": ("bytes-io", "itself"),
    "descriptor-raises": ("bytes-io", "positioned"),
    "pipe": ("pipe", "itself"),
    "pipe-with-close": ("pipe", "descriptor"),
    "descriptor-without-position": ("file", "descriptor"),
    "on-disk": ("file", "itself"),
    "empty": ("bytes-io", "itself"),
}


@each(file=ANY, length=["announced", "not-announced"], needs="file-wrapper")
def any_file_that_can_be_read_is_sent(file, length):
    """Any file that can be read is sent

    In memory, where `fileno()` raises; with `fileno` and neither `tell` nor `seek`; a pipe, which can neither be sought
    in nor has a size; one on a disk.
    """
    kind, shape = ANY[file]
    data = {"empty": b""}.get(file, DATA)
    yield from asks(f"/file-wrapper/any/{file}/{length}")
    yield wsgi_app.starts("200 OK", {"announced": sized(len(data)), "not-announced": [TEXT]}[length])
    yield wsgi_app.returns_file(made(kind, data), requirement("wsgi.file-wrapper.any-filelike"), kind=shape)
    yield client.gets(response(200, body=data), requirement("wsgi.file-wrapper.any-filelike"))


case(
    "A file whose descriptor is of another one is sent as it is read",
    *asks("/file-wrapper/gzip"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_file(made("gzip-file", DATA), kind="itself"),
    client.gets(response(200, body=DATA), requirement("wsgi.file-wrapper.any-filelike", ways={
        "as it is read": only_warned(response(200, body=DATA)),
        "as its descriptor": note(response(200), "sends the bytes of the descriptor"),
    })),
    needs="file-wrapper",
    note="""A gzip file: its `fileno()` is that of the compressed file. A wrapper "may assume" that `fileno` means
    what it means in a built-in file, so a server may send the compressed bytes; one that stumbles is warned of.""",
)  # fmt: skip

# --------------------------------------------------------------------------- from where to where

POSITIONS = {
    "in-memory": ("bytes-io", "itself"),
    "in-memory-closable": ("bytes-io", "closable"),
    "on-disk": ("file", "itself"),
}


def announces(length):
    """Its head has this Content-Length, or none."""

    def fits(seen, heard):
        if b" 200 " not in seen.data[:13]:
            return True  # it is none of the file
        announced = re.findall(rb"^content-length: *(.*?)\r$", seen.data.partition(b"\r\n\r\n")[0] + b"\r\n", LINES)
        return announced in ([], [b"%d" % length]) or repr(announced)

    return only_warned(where(f"no Content-Length but {length}", fits))


@each(file=POSITIONS, length=["announced", "not-announced"], needs="file-wrapper")
def transmission_begins_where_the_file_stands(file, length):
    """Transmission begins where the file stands

    Its first ten bytes have been read, with a buffer where it is a file on a disk: the position of the descriptor is
    another one. A length that the server finds out for itself is that of the rest.
    """
    kind, shape = POSITIONS[file]
    rest = len(DATA) - 10
    yield from asks(f"/file-wrapper/position/{file}/{length}")
    yield wsgi_app.starts("200 OK", {"announced": sized(rest), "not-announced": [TEXT]}[length])
    yield wsgi_app.returns_file(made(kind, DATA), kind=shape, consumed=10)
    yield client.gets(
        response(200, body=DATA[10:]),
        requirement("wsgi.file-wrapper.current-position"),
        requirement("wsgi.file-wrapper.generated-length", expects=announces(rest)),
        within=1.0,
    )


case(
    "Transmission begins at the position of the descriptor",
    *asks("/file-wrapper/position/sought"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_file(made("file-at", (DATA, 12000))),
    client.gets(
        response(200, body=DATA[12000:]),
        requirement("wsgi.file-wrapper.current-position"),
        requirement("wsgi.file-wrapper.generated-length", expects=announces(6000)),
        within=1.0,
    ),
    needs="file-wrapper",
)


@each(file=KINDS, needs="file-wrapper")
def transmission_ends_at_content_length(file):
    """Transmission ends at Content-Length"""
    kind, shape = KINDS[file]
    yield from asks(f"/file-wrapper/length/{file}")
    yield wsgi_app.starts("200 OK", sized(5))
    yield wsgi_app.returns_file(made(kind, DATA), kind=shape)
    yield client.gets(response(200, body=DATA[:5]), requirement("wsgi.file-wrapper.until-length"))
    yield client.sends(b"GET /file-wrapper/length/%b/following HTTP/1.1\r\nHost: test\r\n\r\n" % file.encode())
    yield following.is_called(
        requirement(
            "wsgi.file-wrapper.until-length",
            ways={"called": environ({"PATH_INFO": f"/file-wrapper/length/{file}/following"}), "closed": closed()},
        ),
        within=0.5,
    )
    yield client.gets_nothing(
        requirement("wsgi.file-wrapper.until-length", ways={"nothing": nothing(), "closed": closed()})
    )


@each(file=KINDS, needs="file-wrapper")
def transmission_ends_at_the_end_of_the_file(file):
    """Transmission ends at the end of the file, also before Content-Length"""
    kind, shape = KINDS[file]
    yield from asks(f"/file-wrapper/short/{file}")
    yield wsgi_app.starts("200 OK", sized(len(DATA) + 100))
    yield wsgi_app.returns_file(made(kind, DATA), kind=shape)
    yield client.gets(
        requirement(
            "wsgi.file-wrapper.until-length",
            ways={
                "cut off": truncated_response(200),
                "500": response(server_error),
                "closed": closed(),
                "left waiting": note(
                    where("left waiting", lambda seen, heard: seen.data.endswith(DATA[-100:])), "left waiting"
                ),
            },
        ),
        within=0.5,
    )


# --------------------------------------------------------------------------- inside something else


@each(inside=["generator", "delegate"], needs="file-wrapper")
def a_wrapper_inside_another_iterable_is_no_file(inside):
    """A wrapper inside another iterable is an iterable like any other

    As middleware would have it: what it changes is what is sent.
    """
    yield from asks(f"/file-wrapper/inside/{inside}")
    yield wsgi_app.starts("200 OK", sized(26 * 700))
    yield wsgi_app.returns_file(
        made("file", b"abcdefghijklmnopqrstuvwxyz" * 700), requirement("wsgi.file-wrapper.wrapped"), inside=inside
    )
    yield client.gets(response(200, body=b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 700), requirement("wsgi.file-wrapper.wrapped"))
