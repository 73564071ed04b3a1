"""django: names of response headers go to the server as they were written, not in lower case."""
import asyncio, sys
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
sent = []
SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/",
         "raw_path": b"/", "query_string": b"", "root_path": "", "headers": []}

async def main():
    events = iter([{"type": "http.request"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    await get_asgi_application()(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event)))

asyncio.run(main())
names = [name for name, _ in sent[0]["headers"]]
print(names)
sys.exit(any(name != name.lower() for name in names))
