"""Early Hints (ASGI extensions, "Early Hints").

The text before August 2026 places the event behind the start, the text since then before it (A59). So the cases send
their hints in both places, and go by those that the server took.
"""

import re

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    closed,
    each,
    made,
    note,
    nothing,
    plain,
    raises,
    requirement,
    response,
    returns,
    stream_response,
    warn,
    where,
)

NEEDS = "extension:http.response.early_hint"
LINKS = [b"</a.css>; rel=preload", b"</b.js>; rel=preload"]
HINT = {"type": "http.response.early_hint", "links": LINKS}
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
PART = {"type": "http.response.body", "body": b"o", "more_body": True}
BODY = {"type": "http.response.body", "body": b"ok"}
TRIED = {"taken": returns(), "raises": raises()}
GET = b"GET /hint HTTP/1.1\r\nHost: test\r\n\r\n"

INTERIM = re.compile(rb"HTTP/1\.[01] 103[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")


def hints(seen):
    """The links of every 103 response, in order; a field may hold several of them."""
    if hasattr(seen, "events"):
        heads = [event.value for event in seen.events if event.kind == "headers"]
        heads = [fields for fields in heads if dict(fields).get(b":status") == b"103"]
    else:
        heads = [[line.split(b":", 1) for line in head.splitlines()] for head in INTERIM.findall(seen.data)]
    values = [[value for name, value in fields if name.lower() == b"link"] for fields in heads]
    return [[link.strip() for value in of_one for link in value.split(b",")] for of_one in values]


def outcomes(heard):
    """Of each hint, in order, whether the server took it."""
    earlier = [entry.seen for entry in heard.timeline.entries if "http.response.early_hint" in entry.text]
    return [seen.raised is None for seen in earlier]


def one_for_each(*links):
    """A 103 response with these links for every hint that was taken, of which there is one at least."""

    def fits(seen, heard):
        taken = outcomes(heard).count(True)
        return (taken > 0 and hints(seen) == [list(links)] * taken) or f"{taken} hints taken, then {hints(seen)!r}"

    return where("a 103 with all links for every hint taken", fits)


def is_a_dict(seen, heard):
    return isinstance(plain(plain(plain(seen.scope)["extensions"])["http.response.early_hint"]), dict)


ADVERTISED = requirement("ext.early-hint.advertised", expects=where("a dict", is_a_dict))
TAKEN = where("a hint taken in one of the two places", lambda seen, heard: any(outcomes(heard)))
REFUSED = where("hints refused in both places", lambda seen, heard: not any(outcomes(heard)))
DAMAGED = warn(where("anything else", lambda seen, heard: seen.enough), "damaged")
IGNORED = where("no 103", lambda seen, heard: hints(seen) == [] and any(outcomes(heard)))

case(
    "A hint before the start reaches the client as a 103 response, over HTTP/2",
    client.requests("GET", "/hint"),
    app.is_called(ADVERTISED),
    app.sends(HINT, ways=TRIED),
    app.sends(START),
    app.sends(HINT, ways=TRIED),
    app.sends(BODY),
    client.gets(
        stream_response(200, body=b"ok"),
        TAKEN,
        requirement("ext.early-hint.position"),
        requirement("ext.early-hint.sends-103", ways={"103": one_for_each(*LINKS), "refused": warn(REFUSED)}),
    ),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)

case(
    "A hint over HTTP/1.1 is a 103 response, or is ignored",
    client.sends(GET),
    app.is_called(ADVERTISED),
    app.sends(HINT, ways=TRIED),
    app.sends(START),
    app.sends(HINT, ways=TRIED),
    app.sends(BODY),
    client.gets(
        response(200, body=b"ok"),
        TAKEN,
        requirement("ext.early-hint.position"),
        requirement(
            "ext.early-hint.may-ignore",
            ways={"103": one_for_each(*LINKS), "ignored": IGNORED, "refused": note(REFUSED)},
        ),
    ),
    needs=NEEDS,
)

# ---------------------------------------------------------------------- where


def behind_the_head(data):
    """What follows the head of the response, which interim ones may precede."""
    head, _, rest = data.partition(b"\r\n\r\n")
    return behind_the_head(rest) if head[9:10] == b"1" else rest


def one_head(seen, heard):
    """Whether no further head is in all that has come behind the one of the response."""
    data = b"".join(getattr(entry.seen, "data", b"") for entry in heard.timeline.entries)
    return b"HTTP/1." not in behind_the_head(data) or f"{data[:300]!r}"


@each(needs=NEEDS, place=["between-the-parts", "after-the-last"])
def in_the_body(place):
    """A hint that comes too late leaves the response as it is

    A 103 in the middle of a body, or behind it, is no response but damage (A59): it is read as content, or belongs to
    no request (RFC 9110, section 2.2).
    """
    late, last = app.sends(HINT, ways=TRIED), app.sends({"type": "http.response.body", "body": b"k"})
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(START)
    yield app.sends(PART)
    yield from {"between-the-parts": [late, last], "after-the-last": [last, late]}[place]
    yield client.gets(
        requirement("ext.early-hint.position", ways={
            "whole": response(200, body=b"ok"), "damaged": DAMAGED}),
    )  # fmt: skip
    yield client.gets_nothing(
        requirement("ext.early-hint.position", ways={"nothing": nothing(), "closed": closed(), "damaged": DAMAGED}),
        requirement("http.response.framing.one-head", expects=where("one head, and nothing behind the body", one_head)),
    )


case(
    "A hint between the parts of a body leaves the response as it is, over HTTP/2",
    client.requests("GET", "/hint"),
    app.is_called(),
    app.sends(START),
    app.sends(PART),
    app.sends(HINT, ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"k"}),
    client.gets(
        requirement("ext.early-hint.position", ways={
            "whole": stream_response(200, body=b"ok"), "damaged": DAMAGED}),
        where("no 103", lambda seen, heard: hints(seen) == []),
    ),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

# ---------------------------------------------------------------------- how often, and in which form


def alike(seen, heard):
    """In each of the two places both hints were taken, or neither; and as many 103 responses came, or none."""
    taken = outcomes(heard)
    fits = any(taken) and taken[0] == taken[1] and taken[2] == taken[3]
    return (fits and len(hints(seen)) in (0, taken.count(True))) or f"taken: {taken}, then {len(hints(seen))} came"


def several(request, whole):
    """The lines of a response with two hints in each place."""
    yield request
    yield app.is_called()
    yield from [app.sends(HINT, ways=TRIED), app.sends(HINT, ways=TRIED), app.sends(START)]
    yield from [app.sends(HINT, ways=TRIED), app.sends(HINT, ways=TRIED), app.sends(BODY)]
    yield client.gets(whole, requirement("ext.early-hint.repeatable", expects=where("all hints treated alike", alike)))


case("A response may have several hints", *several(client.sends(GET), response(200, body=b"ok")), needs=NEEDS)

case(
    "A response may have several hints, over HTTP/2",
    *several(client.requests("GET", "/hint"), stream_response(200, body=b"ok")),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)

FORMS = {
    "tuple": tuple(LINKS),
    "generator": made("generator", LINKS),
    "items": made("items", LINKS),
    "empty": [],
}


def in_a_form(form, request, whole):
    """The lines of a response with links in this form, in each place."""
    hint = {"type": "http.response.early_hint", "links": FORMS[form]}
    nothing = {"nothing": where("no link", lambda seen, heard: not any(hints(seen)) and any(outcomes(heard)))}
    links = {"103": one_for_each(*LINKS), "ignored": IGNORED}
    yield request
    yield app.is_called()
    yield from [app.sends(hint, ways=TRIED), app.sends(START), app.sends(hint, ways=TRIED), app.sends(BODY)]
    yield client.gets(whole, requirement("ext.early-hint.links-iterable", ways=nothing if form == "empty" else links))


@each(needs=NEEDS, form=FORMS)
def forms(form):
    """The links may come in any iterable"""
    return in_a_form(form, client.sends(GET), response(200, body=b"ok"))


@each(needs=NEEDS, over=Over.HTTP2_TLS, form=FORMS)
def forms_over_http2(form):
    """The links may come in any iterable, over HTTP/2"""
    return in_a_form(form, client.requests("GET", "/hint"), stream_response(200, body=b"ok"))


WRONG = {
    "text": {"type": HINT["type"], "links": ["</a.css>; rel=preload"]},
    "missing": {"type": HINT["type"]},
    "number": {"type": HINT["type"], "links": 1},
}


def refuses(links):
    """The lines of a response with these links in each place."""
    hint = WRONG[links]
    raising = requirement(
        "ext.early-hint.links-iterable", ways={"raises": raises(), "taken": warn(returns(), "an invalid event taken")}
    )
    yield app.is_called()
    yield app.sends(hint, raising)
    yield app.sends(START)
    yield app.sends(hint, raising)


@each(needs=NEEDS, links=WRONG)
def wrong(links):
    """Links that are no byte strings raise"""
    yield client.sends(GET)
    yield from refuses(links)


@each(needs=NEEDS, over=Over.HTTP2_TLS, links=WRONG)
def wrong_over_http2(links):
    """Links that are no byte strings raise over HTTP/2"""
    yield client.requests("GET", "/hint")
    yield from refuses(links)
