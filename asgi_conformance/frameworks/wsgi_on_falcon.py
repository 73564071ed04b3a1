"""What WSGI can say of the contract, version 1, in Falcon's idiom. What each route does stands in CONTRACT.md.

Work behind a response is there for ASGI only.
"""

import datetime
import functools
import time

import contract
import falcon


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


def ticks(key):
    try:
        while True:
            yield contract.TICK
            time.sleep(contract.BETWEEN_TICKS)
    finally:
        contract.note(key, "endless left")


def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


def first_then_error():
    yield contract.FIRST
    contract.fail()


class Contract:
    """Its responders are told from each other by the suffixes of the routes."""

    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = contract.GREETING

    def on_post_echo(self, req, resp):
        resp.data = req.bounded_stream.read()
        contract.note(req.get_param("key"), f"read {len(resp.data)}")
        resp.content_type = "application/octet-stream"

    def on_post_echo_stream(self, req, resp):
        resp.content_type = "application/octet-stream"
        resp.stream = iter(functools.partial(req.bounded_stream.read, contract.PIECE), b"")

    def on_post_json(self, req, resp):
        resp.media = req.get_media()

    def on_get_stream(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = two_parts(req.get_param("key"), contract.FIRST, contract.SECOND)

    def on_get_stream_gap(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = with_gap()

    def on_get_events(self, req, resp):
        resp.content_type = contract.EVENT_STREAM
        resp.stream = two_parts(req.get_param("key"), contract.FIRST_EVENT, contract.SECOND_EVENT)

    def on_get_endless(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = ticks(req.get_param("key"))

    def on_get_poll(self, req, resp):
        contract.wait_until_opened(req.get_param("key"))
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "released"

    def on_post_gate(self, req, resp):
        contract.open_gate(req.get_param("key"))
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "opened"

    def on_get_journal(self, req, resp):
        resp.media = contract.journal(req.get_param("key"))

    def on_get_error(self, req, resp):
        contract.fail()

    def on_get_error_late(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = first_then_error()

    def on_get_path(self, req, resp, value):
        resp.media = {"value": value}

    def on_get_link(self, req, resp):
        resp.media = {"link": req.uri}

    def on_get_headers(self, req, resp):
        resp.media = list(req.headers.items())

    def on_get_cookies(self, req, resp):
        resp.media = req.cookies

    def on_get_query(self, req, resp):
        resp.media = [[name, value] for name in req.params for value in req.get_param_as_list(name)]

    def on_get_set_cookies(self, req, resp):
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=contract.EXPIRES_IN)
        for name, value in contract.COOKIES:
            resp.set_cookie(name, value, expires=later if name == "b" else None)
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "cookies"

    def on_get_status(self, req, resp, code):
        resp.status = code

    def on_get_redirect(self, req, resp):
        raise falcon.HTTPFound(req.get_param("to", default="/"))

    def on_get_sync(self, req, resp):
        contract.block()
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "sync"


app = falcon.App()
app.add_route("/", Contract())
for suffix in ("echo", "json", "stream", "events", "endless", "poll", "gate", "journal", "error", "link"):
    app.add_route(f"/{suffix}", Contract(), suffix=suffix)
for suffix in ("headers", "cookies", "query", "redirect", "sync"):
    app.add_route(f"/{suffix}", Contract(), suffix=suffix)
app.add_route("/echo/stream", Contract(), suffix="echo_stream")
app.add_route("/stream/gap", Contract(), suffix="stream_gap")
app.add_route("/error/late", Contract(), suffix="error_late")
app.add_route("/path/{value}", Contract(), suffix="path")
app.add_route("/set-cookies", Contract(), suffix="set_cookies")
app.add_route("/status/{code:int}", Contract(), suffix="status")
app.add_static_route("/file", contract.FILE.parent, fallback_filename=contract.FILE.name)
