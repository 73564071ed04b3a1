"""CONTENT_TYPE and CONTENT_LENGTH (PEP 3333, "environ Variables")."""

from asgi_conformance.authoring import (
    ABSENT,
    absent_or,
    case,
    client,
    each,
    environ,
    note,
    refused,
    requirement,
    warn,
    wsgi_app,
)

TYPES = {
    "parameters": 'text/plain; charset="utf-8"; X=Y',
    "upper-case": "Text/HTML;Charset=ISO-8859-1",
    "multipart": "multipart/form-data; boundary=----=_a'b(c)+d,e./:?",
    "no-type": "nonsense",
}


@each(with_=TYPES)
def the_type_is_kept(with_):
    """CONTENT_TYPE is the value of Content-Type, as it was sent"""
    head = f"POST /type/{with_} HTTP/1.1\r\nHost: test\r\nContent-Type: {TYPES[with_]}\r\nContent-Length: 2\r\n\r\nok"
    yield client.sends(head.encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.content-type.verbatim"),
        ways={
            "": environ({"CONTENT_TYPE": TYPES[with_]}),
            "refused": note(refused(501), "the type is not served"),
        },
    )


case(
    "CONTENT_TYPE is empty or absent where there is no Content-Type",
    client.sends(b"GET /no-type HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"CONTENT_TYPE": absent_or("")}), requirement("wsgi.environ.content-type.verbatim")),
    note="""It is the contents of the field. In CGI, where the variable comes from, it has no default, and is left out
    where nothing is known (RFC 3875, section 4.1.3).""",
)

case(
    "CONTENT_TYPE is empty or absent where a body has no Content-Type",
    client.sends(b"POST /no-type/body HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok"),
    wsgi_app.is_called(
        requirement("wsgi.environ.content-type.verbatim"),
        ways={
            "": environ({"CONTENT_TYPE": absent_or("")}),
            "a type": warn(environ(), "which the client did not send"),
            "refused": note(refused(), "a body without a type is not served"),
        },
    ),
    note="CGI lets a server guess the type of a body (RFC 3875, section 4.1.3); PEP 3333 speaks of the field alone.",
)


LENGTHS = {"5": b"hello", "0": b"", "70000": b"0123456789" * 7000}


@each(length=LENGTHS)
def the_length_is_kept(length):
    """CONTENT_LENGTH is the value of Content-Length, as it was sent"""
    head = f"POST /length/{length} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n".encode()
    yield client.sends(head + LENGTHS[length])
    yield wsgi_app.is_called(environ({"CONTENT_LENGTH": length}), requirement("wsgi.environ.content-length.verbatim"))


case(
    "CONTENT_LENGTH is empty or absent where there is no Content-Length",
    client.sends(b"GET /no-length HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"CONTENT_LENGTH": absent_or("")}), requirement("wsgi.environ.content-length.verbatim")),
)

case(
    "Fields with a variable of their own have no other",
    client.sends(b"POST /twice HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"),
    wsgi_app.is_called(
        environ({"HTTP_CONTENT_TYPE": ABSENT, "HTTP_CONTENT_LENGTH": ABSENT}),
        requirement("wsgi.environ.content-not-duplicated"),
    ),
)

case(
    "A field with an underscore in its name is no length",
    client.sends(b"POST /other-length HTTP/1.1\r\nHost: test\r\nContent_Length: 3\r\nContent-Length: 5\r\n\r\nhello"),
    wsgi_app.is_called(
        requirement("wsgi.environ.content-not-duplicated"),
        requirement(
            "wsgi.environ.content-length.verbatim",
            ways={"as sent": environ({"CONTENT_LENGTH": "5"}), "refused": refused()},
        ),
        ways={
            "as sent": environ({"CONTENT_LENGTH": "5", "HTTP_CONTENT_LENGTH": ABSENT}),
            "with another length": warn(environ({"CONTENT_LENGTH": "5"}), "HTTP_CONTENT_LENGTH says something else"),
            "refused": refused(),
        },
    ),
)
