"""django: cookies that come in several fields, as HTTP/2 allows, are joined with a comma, and two become one."""
import asyncio, sys
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
urlpatterns = [path("", lambda request: JsonResponse(request.COOKIES))]
sent = []
SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "2", "method": "GET", "scheme": "https", "path": "/",
         "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [(b"cookie", b"a=1"), (b"cookie", b"b=2")]}

async def main():
    events = iter([{"type": "http.request"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    await get_asgi_application()(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event)))

asyncio.run(main())
print(sent[1]["body"])
sys.exit(b'"b"' not in sent[1]["body"])
