"""What WSGI can say of the contract, version 1, in Django's idiom. What each route does stands in CONTRACT.md.

There is no work behind a response in Django itself.
"""

import functools
import json
import time

import contract
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="contract")


def text(body, status=200):
    return HttpResponse(body, status=status, content_type="text/plain")


def root(request):
    return text(contract.GREETING)


@require_POST
def echo(request):
    contract.note(request.GET.get("key"), f"read {len(request.body)}")
    return HttpResponse(request.body, content_type="application/octet-stream")


@require_POST
def echo_stream(request):
    pieces = iter(functools.partial(request.read, contract.PIECE), b"")
    return StreamingHttpResponse(pieces, content_type="application/octet-stream")


@require_POST
def json_again(request):
    return JsonResponse(json.loads(request.body), safe=False)


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


def stream(request):
    parts = two_parts(request.GET["key"], contract.FIRST, contract.SECOND)
    return StreamingHttpResponse(parts, content_type="text/plain")


def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


def stream_gap(request):
    return StreamingHttpResponse(with_gap(), content_type="text/plain")


def events(request):
    parts = two_parts(request.GET["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    return StreamingHttpResponse(parts, content_type=contract.EVENT_STREAM)


def ticks(key):
    try:
        while True:
            yield contract.TICK
            time.sleep(contract.BETWEEN_TICKS)
    finally:
        contract.note(key, "endless left")


def endless(request):
    return StreamingHttpResponse(ticks(request.GET["key"]), content_type="text/plain")


def poll(request):
    contract.wait_until_opened(request.GET["key"])
    return text("released")


@require_POST
def gate(request):
    contract.open_gate(request.GET["key"])
    return text("opened")


def journal(request):
    return JsonResponse(contract.journal(request.GET["key"]), safe=False)


def error(request):
    contract.fail()


def first_then_error():
    yield contract.FIRST
    contract.fail()


def error_late(request):
    return StreamingHttpResponse(first_then_error(), content_type="text/plain")


def path_value(request, value):
    return JsonResponse({"value": value})


def link(request):
    return JsonResponse({"link": request.build_absolute_uri(reverse("link"))})


def headers(request):
    return JsonResponse(list(request.headers.items()), safe=False)


def cookies(request):
    return JsonResponse(request.COOKIES)


def query(request):
    return JsonResponse([[name, value] for name, values in request.GET.lists() for value in values], safe=False)


def set_cookies(request):
    response = text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


def status(request, code):
    return text("", code)


def redirect(request):
    return HttpResponseRedirect(request.GET.get("to", "/"))


def file(request):
    return FileResponse(contract.FILE.open("rb"))


def sync(request):
    contract.block()
    return text("sync")


urlpatterns = [
    path("", root),
    path("echo", echo),
    path("echo/stream", echo_stream),
    path("json", json_again),
    path("stream", stream),
    path("stream/gap", stream_gap),
    path("events", events),
    path("endless", endless),
    path("poll", poll),
    path("gate", gate),
    path("journal", journal),
    path("error", error),
    path("error/late", error_late),
    path("path/<str:value>", path_value),
    path("link", link, name="link"),
    path("headers", headers),
    path("cookies", cookies),
    path("query", query),
    path("set-cookies", set_cookies),
    path("status/<int:code>", status),
    path("redirect", redirect),
    path("file", file),
    path("sync", sync),
]
app = get_wsgi_application()
