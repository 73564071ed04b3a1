"""Websocket Connection Scope: path, raw_path, query_string, root_path (ASGI HTTP, "Websocket Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    absent_or,
    any_of,
    app,
    case,
    client,
    documented,
    each,
    either,
    note,
    plain,
    refused,
    requirement,
    response,
    scope,
    warn,
)

PATHS = {
    "escapes": (b"/a%20b%21/%7Euser", "/a b!/~user"),
    "utf-8": (b"/caf%C3%A9/%e2%82%ac/%F0%9F%98%80", "/café/€/😀"),
    "slash": (b"/a%2Fb%2fc", "/a/b/c"),
    "question-mark": (b"/a%3Fb%23c?q=1", "/a?b#c"),
    "empty-query": (b"/p?", "/p"),
    "two-question-marks": (b"/p?x=1?y=2", "/p"),
    "twice-escaped": (b"/a%2520b/%25", "/a%20b/%"),
    "plus": (b"/a+b%2Bc", "/a+b+c"),
}


@each(what=PATHS, needs="websocket")
def path_is_decoded(what):
    """The path is the target without its query, decoded once"""
    target, path = PATHS[what]
    yield client.opens_websocket(target)
    yield app.is_called(scope(path=path), requirement("websocket.scope.path"), documented("websocket.scope.path"))


case(
    "A path with UTF-8 bytes that are not escaped is decoded or refused",
    client.opens_websocket(b"/caf\xc3\xa9/%C3%A9"),
    app.is_called(requirement("websocket.scope.path"), ways={"decoded": scope(path="/café/é"), "refused": refused()}),
    note="RFC 3986 has no such bytes in a target, so 400 is a sound answer too.",
    needs="websocket",
)

case(
    "A path whose escapes are no UTF-8 does no harm",
    client.opens_websocket("/%ff%fe/x"),
    app.is_called(
        requirement("websocket.scope.path", ways={
            "replaced": scope(path="/\ufffd\ufffd/x"),
            "another text": scope(path=any_of("some text", lambda path: isinstance(plain(path), str))),
            "refused": refused(),
        }),
        requirement("websocket.scope.raw-path", ways={
            "exact": scope(raw_path=either(ABSENT, None, b"/%ff%fe/x")),
            "refused": refused(),
            "another answer": note(response(), "there is no raw_path to look at"),
        }),
        ways={"called": scope(type="websocket"), "refused": refused()},
    ),
    note="The text only speaks of UTF-8. Any text, or a refusal, will do; a crash or a damaged raw_path will not.",
    needs="websocket",
)  # fmt: skip

case(
    "A path is not normalised",
    client.opens_websocket("//a/./b/../c//"),
    app.is_called(
        requirement("websocket.scope.path"),
        ways={"as sent": scope(path="//a/./b/../c//"), "altered": warn(scope(type="websocket"))},
    ),
    note="The text has the target decoded, and nothing else done to it.",
    needs="websocket",
)

case(
    "A target in absolute form leaves the query in its place",
    client.opens_websocket("http://test/a%20b?q=1"),
    app.is_called(
        requirement("websocket.scope.query-string", ways={
            "kept": scope(query_string=b"q=1"),
            "refused": note(refused(501)),
        }),
        requirement("websocket.scope.path", ways={
            "its path": note(scope(path="/a b")),
            "the whole target": note(scope(path="http://test/a b")),
            "something else": note(scope(type="websocket")),
            "refused": note(refused(501)),
        }),
        ways={"called": scope(type="websocket"), "refused": refused(501)},
    ),
    note="What path means for an absolute target is not said, so it is only recorded.",
    needs="websocket",
)  # fmt: skip

case(
    "The raw_path is absent or the path as it was sent",
    client.opens_websocket("/a%2Fb%c3%a9?x=1"),
    app.is_called(
        scope(raw_path=either(ABSENT, None, b"/a%2Fb%c3%a9")),
        requirement("websocket.scope.raw-path"),
        documented("websocket.scope.raw-path"),
    ),
    needs="websocket",
)

case(
    "The query_string is what stands behind the question mark",
    client.opens_websocket("/q?token=a%20b&x=?"),
    app.is_called(
        scope(query_string=b"token=a%20b&x=?"),
        requirement("websocket.scope.query-string"),
        documented("websocket.scope.query-string"),
    ),
    needs="websocket",
)

case(
    "Without a query the query_string is empty",
    client.opens_websocket("/q"),
    app.is_called(requirement("websocket.scope.query-string"), ways={
        "empty": scope(query_string=b""),
        "absent": scope(query_string=either(ABSENT)),
        "None": note(scope(query_string=either(None))),
    }),
    needs="websocket",
)  # fmt: skip

case(
    "The root_path is absent or empty where none is configured",
    client.opens_websocket("/root"),
    app.is_called(
        scope(root_path=absent_or("")),
        requirement("websocket.scope.root-path"),
        documented("websocket.scope.root-path"),
    ),
    needs="websocket",
)

case(
    "A configured root_path is in the scope",
    client.opens_websocket("/app/x"),
    app.is_called(scope(root_path="/app"), requirement("websocket.scope.root-path")),
    options={"root_path": "/app"},
    needs="websocket",
)
