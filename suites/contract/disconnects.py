"""What a framework does when the client leaves a response that goes on (ASGI HTTP, "Disconnect - receive event").

We are the server here: whether `send` raises, and from which version on, differs between servers.
"""

from asgi_conformance.authoring import answer, each, http_scope, if_offered, requirement, server

no_body = {"type": "http.request", "body": b"", "more_body": False}
start = {"type": "http.response.start", "status": 200}
tick = {"type": "http.response.body", "more_body": True}
journal = server.named("journal")


@each(version=["2.0", "2.3", "2.4", "2.5"], needs="contract")
def _(version):
    """A stream ends after the application was told that the client has left

    `send` goes on to do nothing, as the text has it for versions before 2.4; with later ones a server may still do so.
    """
    asgi = {"version": "3.0", "spec_version": version}
    key = b"key=told-" + version.replace(".", "-").encode()
    yield server.calls(http_scope(path="/endless", query_string=key, asgi=asgi), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets(if_offered(start))
    yield server.gets(tick)
    yield server.gets(tick)
    yield server.delivers({"type": "http.disconnect"})
    yield server.sees_the_end(requirement("http.disconnect.app-stops"))


@each(version=["2.4", "2.5"], needs="contract")
def _(version):
    """A stream ends when its pieces cannot be sent any more"""
    asgi = {"version": "3.0", "spec_version": version}
    key = b"raised-" + version.replace(".", "-").encode()
    yield server.calls(http_scope(path="/endless", query_string=b"key=" + key, asgi=asgi), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets(if_offered(start))
    yield server.gets(tick)
    yield server.fails_sends()
    yield server.sees_the_end(requirement("http.send.closed.app-handles"))
    yield journal.calls(http_scope(path="/poll", query_string=b"key=" + key + b"-endless-left"), shares_state=True)
    yield journal.delivers(no_body)
    yield journal.gets_answer(if_offered(answer(200, body=b"released")), requirement("http.send.closed.app-handles"))
