"""Handlers that fail (`frameworks/CONTRACT.md`, "HTTP"; ASGI, "Error Handling")."""

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    if_offered,
    requirement,
    response,
    truncated_response,
    where,
)

other = client.named("other")
failed = any_of("500 to 599", lambda status: 500 <= status < 600)
no_details = where(
    "no details", lambda seen, heard: b"contract error" not in seen.data and b"Traceback" not in seen.data
)

case(
    "An error in a handler is answered with 500",
    client.sends(b"GET /error HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        if_offered(response(failed)),
        requirement("contract.error.status"),
        requirement("contract.error.no-details", expects=no_details),
    ),
    needs="contract",
)

case(
    "A stream that fails does not look complete",
    client.sends(b"GET /error/late HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        requirement("contract.error.cut-off"),
        ways={
            "cut off": if_offered(truncated_response(200)),
            "500": response(failed),
        },
    ),
    needs="contract",
    note="A framework that has not sent anything yet may still answer with an error.",
)

case(
    "An error in one request does not harm another",
    client.sends(b"GET /error HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(failed))),
    client.closes(),
    other.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(response(200, body=b"asgi-conformance contract 1"), requirement("contract.error.others-unharmed")),
    needs="contract",
)
