"""Models of WSGI applications: they keep every rule, and give every rule an occasion."""

import io
import sys

BODY = b"0123456789" * 5
TAG = '"1"'
TEXT = ("Content-Type", "text/plain")


def app(environ, start_response):
    """Sends what iterables can carry, reads piece by piece, and begins anew where reading fails."""
    log(environ)
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return echoed(environ, start_response)
    if method == "OPTIONS":
        write = start_response("200 OK", [TEXT, ("Allow", "GET, HEAD, POST, OPTIONS"), ("Content-Length", "4")])
        write(b"GET,")
        return [b""]
    if method not in ("GET", "HEAD"):
        return answered(environ, start_response, "501 Not Implemented", b"unknown method")
    if path not in ("", "/"):
        return answered(environ, start_response, "404 Not Found", b"not here")
    return resource(environ, start_response)


def log(environ):
    errors = environ["wsgi.errors"]
    errors.write("a request for caf\xe9 \u65e5\n")
    errors.writelines(["and\n", "more\n"])
    errors.flush()


def answered(environ, start_response, status, body, *headers):
    start_response(status, [TEXT, ("Content-Length", str(len(body))), *headers])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body[:3], body[3:]]


def resource(environ, start_response):
    """With a tag, so that there is something to ask for, and to leave out."""
    if environ.get("HTTP_IF_NONE_MATCH", "") in ("*", TAG):
        start_response("304 Not Modified", [("ETag", TAG)])
        return []
    if environ.get("HTTP_RANGE") == "bytes=0-1":
        part = ("Content-Range", f"bytes 0-1/{len(BODY)}")
        return answered(environ, start_response, "206 Partial Content", BODY[:2], part)
    if "wsgi.file_wrapper" in environ and environ["REQUEST_METHOD"] == "GET" and environ.get("HTTP_COOKIE"):
        start_response("200 OK", [TEXT, ("Content-Length", str(len(BODY)))])
        return environ["wsgi.file_wrapper"](io.BytesIO(BODY), 20)
    return answered(environ, start_response, "200 OK", BODY, ("ETag", TAG))


def echoed(environ, start_response):
    left = int(environ.get("CONTENT_LENGTH") or 0)
    try:
        while True:
            data = environ["wsgi.input"].read(min(left, 4096))
            left -= len(data)
            yield data
            if not data or not left:
                return
    except OSError:
        start_response("400 Bad Request", [TEXT], sys.exc_info())
        yield b"what was that?"


def pushing(environ, start_response):
    """Another: it knows its whole body, and writes it."""
    log(environ)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    data = b"".join(iter(lambda: environ["wsgi.input"].read(0), b""))
    while length > len(data):
        piece = environ["wsgi.input"].read(length - len(data))
        if not piece:
            break
        data += piece
    body = BODY + data
    write = start_response("200 OK", [TEXT, ("Content-Length", str(len(body)))])
    if environ["REQUEST_METHOD"] != "HEAD":
        write(body[:7])
        return [body[7:]]
    return []
