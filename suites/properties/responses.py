"""Any legal response: what the application sends is what the client gets, in whatever events it comes."""

from hypothesis import strategies as st

from asgi_conformance.authoring import app, client, generated, requirement, response, whole_body

STATUSES = (200, 201, 202, 203, 206, 300, 301, 302, 400, 404, 410, 418, 451, 500, 503)
EMPTY_STATUSES = (204, 304)

NAMES = st.sampled_from([b"x-a", b"x-b", b"x-long-name", b"set-cookie", b"cache-control", b"vary"])
VALUES = st.text([chr(octet) for octet in range(0x21, 0x7F)], min_size=1, max_size=12).map(
    str.encode
) | st.sampled_from([b"a b", b"a, b", b'"quoted; string"', b"a=1; Path=/"])
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=6)
PARTS = st.lists(
    st.just(b"") | st.binary(max_size=20) | st.integers(1, 40).map(lambda times: b"0123456789abcdef" * 100 * times),
    max_size=5,
)


def body_event(draw, part, *, last):
    """The event for a part; what equals the default may be left out."""
    event = {"type": "http.response.body", "body": part, "more_body": not last}
    if not part and draw(st.booleans()):
        del event["body"]
    if last and draw(st.booleans()):
        del event["more_body"]
    return event


@generated()
def any_response(draw):
    """Any legal response reaches the client as the application sent it"""
    method = draw(st.sampled_from(("GET", "POST", "PUT", "HEAD")))
    parts, fields = draw(PARTS), draw(FIELDS)
    status = draw(st.sampled_from(STATUSES if any(parts) else STATUSES + EMPTY_STATUSES))
    body, is_head = b"".join(parts), method == "HEAD"
    start = {"type": "http.response.start", "status": status, "headers": fields}
    if draw(st.sampled_from((False, False, True))) and status not in EMPTY_STATUSES:
        start["headers"] = [*fields, (b"content-length", b"%d" % len(body))]
    elif not fields and draw(st.booleans()):
        del start["headers"]

    yield client.sends(b"%b / HTTP/1.1\r\nHost: test\r\n\r\n" % method.encode())
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends(start)
    for part in parts:
        yield app.sends(body_event(draw, part, last=False))
    yield app.sends(body_event(draw, b"", last=True))
    yield client.gets(
        response(head=is_head),
        requirement("http.response.start.status", expects=response(status, head=is_head)),
        requirement("http.response.start.headers.order", expects=response(headers_in_order=fields, head=is_head)),
        requirement("http.response.body.concatenated", expects=response(body=b"" if is_head else body, head=is_head)),
    )
