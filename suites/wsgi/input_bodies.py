"""`wsgi.input`: what a body is made of, and how it comes (PEP 3333, "environ Variables", "Other HTTP Features")."""

import random

from asgi_conformance.authoring import (
    ABSENT,
    any_of,
    case,
    client,
    each,
    either,
    environ,
    gives,
    never_called,
    note,
    nothing,
    pending,
    plain,
    raises,
    refused,
    requirement,
    response,
    returns,
    where,
    wsgi_app,
)


def chunked(body, *sizes):
    """The body in chunks of these sizes, in turn."""
    chunks = []
    while body:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(b"%x\r\n%b\r\n" % (len(body[:size]), body[:size]))
        body = body[size:]
    return b"".join(chunks) + b"0\r\n\r\n"


def together(body):
    """Pieces that make up this body."""

    def fits(seen, heard):
        if seen.raised:
            return f"raised {seen.raised.type}: {seen.raised.text}"
        found = b"".join(map(plain, seen.value))
        return found == body or f"{len(found)} bytes, beginning {found[:40]!r}"

    return where(f"{len(body)} bytes, beginning {body[:20]!r}, in any number of pieces", fits)


# --------------------------------------------------------------------------- unaltered and whole

EVERY_BYTE = bytes(range(256)) * 40 + b"\r\n\r\n\x1a\r\n.\r\n"
FRAMED = {
    "sized": b"Content-Length: %d\r\n\r\n%b" % (len(EVERY_BYTE), EVERY_BYTE),
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n" + chunked(EVERY_BYTE, 1000),
}


def framing(framed):
    return "chunked-requests" if framed == "chunked" else ()


@each(framed=FRAMED, needs=framing)
def every_byte(framed):
    """A body arrives byte for byte"""
    yield client.sends(b"POST /body/bytes/%s HTTP/1.1\r\nHost: test\r\n" % framed.encode() + FRAMED[framed])
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/body/bytes/{framed}"}))
    yield wsgi_app.reads_to_end(together(EVERY_BYTE), requirement("wsgi.input.binary-clean"), up_to=len(EVERY_BYTE))


LARGE = random.Random(0).randbytes(1_500_001)
"""No two stretches of it are alike."""
MIXED = LARGE[:1_200_000]
LARGE_FRAMED = {
    "sized": (LARGE, b"Content-Length: %d\r\n\r\n%b" % (len(LARGE), LARGE)),
    "chunked": (MIXED, b"Transfer-Encoding: chunked\r\n\r\n" + chunked(MIXED, 1, 4095, 65536)),
}


@each(framed=LARGE_FRAMED, needs=framing)
def a_large_body(framed):
    """A large body arrives whole

    A server may have a limit, and refuse what is beyond it with 413 (RFC 9110, section 15.5.14).
    """
    body, message = LARGE_FRAMED[framed]
    path = f"/body/large/{framed}"
    yield client.begins_to_send(b"POST %b HTTP/1.1\r\nHost: test\r\n" % path.encode() + message)
    yield wsgi_app.is_called(ways={"called": environ({"PATH_INFO": path}), "refused": response(413)})
    yield wsgi_app.reads_body(
        requirement("wsgi.input.large-body"),
        ways={"": gives(body), "refused": note(never_called(), "refused with 413")},
    )


# --------------------------------------------------------------------------- slow

case(
    "A pause of the client is not the end of the body",
    client.sends(b"POST /body/pause HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\nabc"),
    client.gets(nothing(), within=0.25),
    client.sends(b"def"),
    wsgi_app.is_called(environ({"PATH_INFO": "/body/pause"})),
    wsgi_app.reads_to_end(together(b"abcdef"), requirement("wsgi.input.slow-body"), size=4, up_to=6),
)

case(
    "A read waits for what is still to come",
    client.sends(b"POST /body/wait HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\nabc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/body/wait"})),
    wsgi_app.begins_to_read_to_end(size=4, up_to=6),
    wsgi_app.finishes(pending(), requirement("wsgi.input.slow-body"), within=0.25),
    client.sends(b"def"),
    wsgi_app.finishes(together(b"abcdef"), requirement("wsgi.input.slow-body")),
    needs="early-call",
)


# --------------------------------------------------------------------------- cut off

CUT = requirement("wsgi.input.truncated-body")
FEWER = gives(any_of("no more than the ten bytes that came", lambda data: b"0123456789".startswith(plain(data))))

case(
    "A body that the client cuts off is not made to look whole",
    client.sends(b"POST /body/cut HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n0123456789"),
    wsgi_app.is_called(CUT, ways={"": environ({"PATH_INFO": "/body/cut", "CONTENT_LENGTH": "100"})}),
    client.shuts_down_sending(),
    wsgi_app.reads_body(CUT, ways={"fewer bytes": FEWER, "an exception": raises()}),
    needs="early-call",
    note="Fewer bytes than CONTENT_LENGTH says, or an exception: each tells the application.",
)

case(
    "A request whose body the client cuts off is not made to look whole",
    client.sends(b"POST /body/cut/waits HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n0123456789"),
    client.shuts_down_sending(),
    wsgi_app.is_called(
        CUT,
        ways={
            "called": environ({"PATH_INFO": "/body/cut/waits", "CONTENT_LENGTH": "100"}),
            "not called": pending(),
        },
        within=0.2,
    ),
    wsgi_app.reads_body(CUT, ways={"fewer bytes": FEWER, "an exception": raises(), "not called": never_called()}),
    needs="late-call",
    note="Some servers answer with an error and call the application all the same: what they answer tells nothing.",
)

case(
    "A chunked body that the client cuts off is not made to look whole",
    client.sends(b"POST /body/cut/chunked HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/body/cut/chunked"})),
    client.shuts_down_sending(),
    wsgi_app.reads_to_end(raises(), CUT),
    needs=("early-call", "chunked-requests"),
    note="""Without its last chunk a body is incomplete (RFC 9112, section 8). As there is no length to compare with,
    the application learns it from an exception, or is not called.""",
)

case(
    "A chunked request that the client cuts off is not made to look whole",
    client.sends(b"POST /body/cut/late HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    client.shuts_down_sending(),
    wsgi_app.is_called(ways={"called": environ({"PATH_INFO": "/body/cut/late"}), "not called": pending()}, within=0.2),
    wsgi_app.reads_to_end(CUT, ways={"an exception": raises(), "not called": never_called()}),
    needs=("late-call", "chunked-requests"),
)


# --------------------------------------------------------------------------- chunks

REFUSED = note(refused(501), "refused")
UNCALLED = note(never_called(), "refused")
HEAD = b"POST /body/chunks/%b HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED = {
    "extension": [b"5;x=y\r\nhello\r\n3\r\n\r\n!\r\n0\r\n\r\n"],
    "trailer": [b"5\r\nhello\r\n3\r\n\r\n!\r\n0\r\nT: v\r\n\r\n"],
    "hex": [b"08\r\nhello\r\n!\r\n000\r\n\r\n"],
    "cut-anywhere": [b"5", b"\r", b"\nhe", b"llo", b"\r", b"\n3\r\n\r\n", b"!\r", b"\n0", b"\r\n", b"\r\n"],
}


@each(with_=CHUNKED, needs="transfer-codings")
def chunks_are_decoded(with_):
    """A chunked body arrives decoded

    "WSGI servers must handle any supported inbound hop-by-hop headers on their own, such as by decoding any inbound
    Transfer-Encoding, including chunked encoding if applicable" (PEP 3333, "Other HTTP Features"); whoever speaks
    HTTP/1.1 decodes chunks (RFC 9112, section 7.1). To refuse them is honest; to call the application without the body
    is not.
    """
    path = f"/body/chunks/{with_}"
    yield client.sends(HEAD % with_.encode(), *CHUNKED[with_])
    yield wsgi_app.is_called(ways={"called": environ({"PATH_INFO": path}), "refused": REFUSED})
    yield wsgi_app.reads_to_end(
        requirement("wsgi.input.chunked-decoded"), ways={"": together(b"hello\r\n!"), "refused": UNCALLED}
    )


case(
    "A trailer is not merged into the environ",
    client.sends(HEAD % b"merged" + b"5\r\nhello\r\n0\r\nX-T: v\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/body/chunks/merged"})),
    wsgi_app.reads_to_end(returns()),
    wsgi_app.looks_at_environ(requirement("wsgi.input.chunked-decoded", expects=environ({"HTTP_X_T": either(ABSENT)}))),
    needs="chunked-requests",
    note="A trailer field joins the header section only where its definition permits that (RFC 9110, section 6.5.1).",
)

case(
    "The length of a chunked body is right where it is told, and the body has an end",
    client.sends(HEAD % b"length" + chunked(b"hello" * 1000, 999)),
    wsgi_app.is_called(
        requirement(
            "wsgi.input.chunked-length",
            ways={
                "told": environ({"CONTENT_LENGTH": "5000"}),
                "not told": environ({"CONTENT_LENGTH": either(ABSENT, "")}),
            },
        ),
    ),
    wsgi_app.reads_to_end(returns(), requirement("wsgi.input.chunked-length")),
    needs="chunked-requests",
    note="""A server that does not know the length beforehand leaves CONTENT_LENGTH out, or empty, and may say in
    wsgi.input_terminated that the input has an end. HTTP_TRANSFER_ENCODING may stay, as no application may rely on
    it.""",
)
