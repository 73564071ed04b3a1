"""Another model of a contract application: it begins its responses before it fails, and measures what it sends."""

import sys

import contract
import wsgi_contract

TEXT = ("Content-Type", "text/plain")
SORRY = b"sorry"


def app(environ, start_response):
    path = wsgi_contract.path_of(environ)
    if path == "/error":
        start_response("200 OK", [TEXT])
        return [] if failed(environ, start_response) and environ["REQUEST_METHOD"] == "HEAD" else [SORRY]
    if path == "/error/late" and environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [TEXT])
        return late(environ, start_response)
    if path == "/file" and environ["REQUEST_METHOD"] == "GET":
        content = contract.FILE.read_bytes()
        start_response("200 OK", [TEXT, ("Content-Length", str(len(content)))])
        return [content[:100], content[100:]]
    return wsgi_contract.app(environ, start_response)


def failed(environ, start_response):
    """True once the error response has begun."""
    try:
        contract.fail()
    except RuntimeError as error:
        environ["wsgi.errors"].write(f"{error}\n")
        start_response("500 Internal Server Error", [TEXT, ("Content-Length", str(len(SORRY)))], sys.exc_info())
    return True


def late(environ, start_response):
    yield contract.FIRST
    yield SORRY * failed(environ, start_response)
