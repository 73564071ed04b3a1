"""WSGI applications that go wrong where a server does something unusual and lawful: for properties to find."""

from wsgi_applications.good import app as good

TEXT = ("Content-Type", "text/plain")


def forgets_to_begin(environ, start_response):
    """Where nobody says who asks."""
    return good(environ, start_response) if "REMOTE_ADDR" in environ else []


def sends_paths_back(environ, start_response):
    """In a header, as they are."""
    start_response("302 Found", [("Location", environ.get("PATH_INFO", "") or "/")])
    return []


def counts_characters(environ, start_response):
    """One for each that is longer than that."""
    text = environ.get("SCRIPT_NAME", "").encode("latin-1").decode()
    start_response("200 OK", [TEXT, ("Content-Length", str(len(text.encode())))])
    return [text.encode("ascii", "ignore")] if environ["REQUEST_METHOD"] != "HEAD" else []


def goes_on_when_the_client_has_left(environ, start_response):
    """With another response."""
    start_response("200 OK", [TEXT])
    try:
        environ["wsgi.input"].read(1)
    except OSError:
        start_response("400 Bad Request", [TEXT])
    return [b""]
