"""Where a WSGI application runs behind an adapter (ASGI HTTP, "WSGI Compatibility")."""

from asgi_conformance.authoring import answer, case, http_scope, note, requirement, server

no_body = {"type": "http.request", "body": b"", "more_body": False}


def asked(*request, **keys):
    """A request without a body, as `http_scope` has it."""
    return server.calls(http_scope(*request, **keys), shares_state=True), server.delivers(no_body)


other = server.named("other")

case(
    "The application is called in a thread of its own",
    *asked(path="/wsgi/thread"),
    server.gets_answer(answer(200, body=b"in a thread"), requirement("http.wsgi.threadpool")),
    needs="wsgi-adapter",
)

case(
    "A call that waits does not hold up others",
    *asked(path="/wsgi/wait", query_string=b"key=wsgi-wait"),
    other.calls(http_scope("POST", "/gate", query_string=b"key=wsgi-wait"), shares_state=True),
    other.delivers(no_body),
    other.gets_answer(answer(200, body=b"opened")),
    server.gets_answer(
        requirement("http.wsgi.threadpool"),
        ways={
            "side by side": answer(200, body=b"opened, in a thread"),
            "one after the other": note(answer(200, body=b"not opened, in a thread"), "all calls share one thread"),
        },
    ),
    needs="wsgi-adapter",
    note="How many threads there are in the pool is not said: that there is but one is recorded only.",
)
