"""bottle: a body that the server has decoded is decoded again, for the header that told of chunks is still there."""

import io
import sys
import wsgiref.util

from bottle import Bottle, request

app = Bottle()


@app.post("/echo")
def echo():
    return request.body.read()


def post(**more):
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/echo", "CONTENT_LENGTH": "5", **more}
    environ["wsgi.input"] = io.BytesIO(b"hello")
    wsgiref.util.setup_testing_defaults(environ)
    told = []
    blocks = app(environ, lambda status, headers, exc_info=None: told.append(status))
    return told[0], b"".join(blocks)[:40]


seen = [post(), post(HTTP_TRANSFER_ENCODING="chunked")]
print(seen)
sys.exit(seen[0] == ("200 OK", b"hello") != seen[1])
