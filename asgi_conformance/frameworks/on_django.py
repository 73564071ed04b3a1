"""The contract, version 1, in Django's idiom. What each route does stands in CONTRACT.md.

There are no WebSockets, no hooks of the lifespan and no work behind a response in Django itself.
"""

import asyncio
import json

import contract
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="contract")


def text(body, status=200):
    return HttpResponse(body, status=status, content_type="text/plain")


async def root(request):
    return text(contract.GREETING)


@require_POST
async def echo(request):
    contract.note(request.GET.get("key"), f"read {len(request.body)}")
    return HttpResponse(request.body, content_type="application/octet-stream")


@require_POST
async def json_again(request):
    return JsonResponse(json.loads(request.body), safe=False)


async def two_parts(key, first, second):
    yield first
    await contract.opened(key)
    yield second


async def stream(request):
    parts = two_parts(request.GET["key"], contract.FIRST, contract.SECOND)
    return StreamingHttpResponse(parts, content_type="text/plain")


async def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


async def stream_gap(request):
    return StreamingHttpResponse(with_gap(), content_type="text/plain")


async def events(request):
    parts = two_parts(request.GET["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    return StreamingHttpResponse(parts, content_type=contract.EVENT_STREAM)


async def ticks(key):
    try:
        while True:
            yield contract.TICK
            await contract.pause()
    finally:
        contract.note(key, "endless left")


async def endless(request):
    return StreamingHttpResponse(ticks(request.GET["key"]), content_type="text/plain")


async def poll(request):
    try:
        await contract.opened(request.GET["key"])
    except asyncio.CancelledError:
        contract.note(request.GET["key"], "poll left")
        raise
    return text("released")


@require_POST
async def gate(request):
    contract.open_gate(request.GET["key"])
    return text("opened")


async def journal(request):
    return JsonResponse(contract.journal(request.GET["key"]), safe=False)


async def error(request):
    contract.fail()


async def first_then_error():
    yield contract.FIRST
    contract.fail()


async def error_late(request):
    return StreamingHttpResponse(first_then_error(), content_type="text/plain")


async def path_value(request, value):
    return JsonResponse({"value": value})


async def link(request):
    return JsonResponse({"link": request.build_absolute_uri(reverse("link"))})


async def headers(request):
    return JsonResponse(list(request.headers.items()), safe=False)


async def cookies(request):
    return JsonResponse(request.COOKIES)


async def query(request):
    return JsonResponse([[name, value] for name, values in request.GET.lists() for value in values], safe=False)


async def set_cookies(request):
    response = text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


async def status(request, code):
    return text("", code)


async def redirect(request):
    return HttpResponseRedirect(request.GET.get("to", "/"))


def file(request):
    return FileResponse(contract.FILE.open("rb"))


def sync(request):
    contract.block()
    return text("sync")


urlpatterns = [
    path("", root),
    path("echo", echo),
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
app = get_asgi_application()
