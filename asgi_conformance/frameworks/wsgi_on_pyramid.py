"""What WSGI can say of the contract, version 1, in Pyramid's idiom. What each route does stands in CONTRACT.md.

There is no work behind a response in Pyramid itself.
"""

import datetime
import functools
import time

import contract
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPFound
from pyramid.response import FileResponse, Response


def text(body):
    return Response(body, content_type="text/plain")


def streamed(pieces, content_type="text/plain"):
    return Response(app_iter=pieces, content_type=content_type)


def root(request):
    return text(contract.GREETING)


def echo(request):
    contract.note(request.GET.get("key"), f"read {len(request.body)}")
    return Response(request.body, content_type="application/octet-stream")


def echo_stream(request):
    pieces = iter(functools.partial(request.body_file.read, contract.PIECE), b"")
    return streamed(pieces, "application/octet-stream")


def json(request):
    return request.json_body


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


def stream(request):
    return streamed(two_parts(request.GET["key"], contract.FIRST, contract.SECOND))


def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


def stream_gap(request):
    return streamed(with_gap())


def events(request):
    return streamed(two_parts(request.GET["key"], contract.FIRST_EVENT, contract.SECOND_EVENT), contract.EVENT_STREAM)


def ticks(key):
    try:
        while True:
            yield contract.TICK
            time.sleep(contract.BETWEEN_TICKS)
    finally:
        contract.note(key, "endless left")


def endless(request):
    return streamed(ticks(request.GET["key"]))


def poll(request):
    contract.wait_until_opened(request.GET["key"])
    return text("released")


def gate(request):
    contract.open_gate(request.GET["key"])
    return text("opened")


def journal(request):
    return contract.journal(request.GET["key"])


def error(request):
    contract.fail()


def first_then_error():
    yield contract.FIRST
    contract.fail()


def error_late(request):
    return streamed(first_then_error())


def path(request):
    return {"value": request.matchdict["value"]}


def link(request):
    return {"link": request.route_url("link")}


def headers(request):
    return list(request.headers.items())


def cookies(request):
    return dict(request.cookies)


def query(request):
    return list(request.GET.items())


def set_cookies(request):
    later = datetime.timedelta(seconds=contract.EXPIRES_IN)
    response = text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=later if name == "b" else None)
    return response


def repeated(request):
    response = text("repeated")
    response.headers.add("x-repeated", "one")
    response.headers.add("x-repeated", "two")
    return response


def status(request):
    return Response(status=int(request.matchdict["code"]))


def redirect(request):
    return HTTPFound(request.GET.get("to", "/"))


def file(request):
    return FileResponse(contract.FILE, request)


def sync(request):
    contract.block()
    return text("sync")


with Configurator() as config:
    for view in (stream, events, endless, poll, error, redirect, file, sync):
        config.add_route(view.__name__, f"/{view.__name__}", request_method="GET")
        config.add_view(view, route_name=view.__name__)
    for view in (journal, link, headers, cookies, query):
        config.add_route(view.__name__, f"/{view.__name__}", request_method="GET")
        config.add_view(view, route_name=view.__name__, renderer="json")
    for view in (echo, gate):
        config.add_route(view.__name__, f"/{view.__name__}", request_method="POST")
        config.add_view(view, route_name=view.__name__)
    config.add_route("root", "/", request_method="GET")
    config.add_view(root, route_name="root")
    config.add_route("echo_stream", "/echo/stream", request_method="POST")
    config.add_view(echo_stream, route_name="echo_stream")
    config.add_route("json", "/json", request_method="POST")
    config.add_view(json, route_name="json", renderer="json")
    config.add_route("stream_gap", "/stream/gap", request_method="GET")
    config.add_view(stream_gap, route_name="stream_gap")
    config.add_route("error_late", "/error/late", request_method="GET")
    config.add_view(error_late, route_name="error_late")
    config.add_route("path", "/path/{value}", request_method="GET")
    config.add_view(path, route_name="path", renderer="json")
    config.add_route("set_cookies", "/set-cookies", request_method="GET")
    config.add_view(set_cookies, route_name="set_cookies")
    config.add_route("repeated", "/repeated", request_method="GET")
    config.add_view(repeated, route_name="repeated")
    config.add_route("status", r"/status/{code:\d+}", request_method="GET")
    config.add_view(status, route_name="status")
    app = config.make_wsgi_app()
