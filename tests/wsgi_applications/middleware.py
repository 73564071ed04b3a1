"""The model of a WSGI middleware, which hands on everything, and others that are as lawful."""

import sys


class Result:
    """What the application returned, block by block, and closed when it is."""

    def __init__(self, blocks, change=lambda block: block, before=()):
        self._blocks, self._change, self._before = blocks, change, before
        self._iterator = None

    def __iter__(self):
        return self

    def __next__(self):
        if self._before:
            return self._before.pop(0)
        if self._iterator is None:
            self._iterator = iter(self._blocks)
        return self._change(next(self._iterator))

    def close(self):
        if hasattr(self._blocks, "close"):
            self._blocks.close()


def good(application):
    def wrapped(environ, start_response):
        def start(status, headers, exc_info=None):
            return start_response(status, headers, *([exc_info] if exc_info else []))

        return Result(application(environ, start))

    return wrapped


def transparent(application):
    """Does nothing at all."""
    return application


def adding(application):
    """Adds a header and a variable."""

    def wrapped(environ, start_response):
        def start(status, headers, *exc_info):
            return start_response(status, [*headers, ("X-Added", "1")], *exc_info)

        return application({**environ, "x.added": True}, start)

    return wrapped


def shouting(application):
    """Changes the body, and takes off what would be wrong of it."""

    def wrapped(environ, start_response):
        def start(status, headers, *exc_info):
            kept = [pair for pair in headers if pair[0].lower() not in ("content-length", "etag")]
            write = start_response(status, kept, *exc_info)
            return lambda data: write(data.upper() + b"!" * bool(data))

        return Result(application(environ, start), lambda block: block.upper() + b"!" * bool(block))

    return wrapped


def giving(application):
    """For those that call it while they are iterated: what is written is given instead, before anything else."""

    def wrapped(environ, start_response):
        kept = []

        def start(*arguments):
            start_response(*arguments)
            return kept.append

        return Result(application(environ, start), before=kept)

    return wrapped


def generating(application):
    """Is a generator: nothing happens before it is asked."""
    application = giving(application)

    def wrapped(environ, start_response):
        result = application(environ, start_response)
        try:
            yield from result
        finally:
            if hasattr(result, "close"):
                result.close()

    return wrapped


def answering(application):
    """Makes responses of exceptions as long as it can."""
    application = giving(application)

    def wrapped(environ, start_response):
        result = None
        try:
            result = application(environ, start_response)
            yield from result
        except Exception:  # noqa: BLE001 - whatever the application raises
            environ["wsgi.errors"].write("failed\n")
            start_response("500 Internal Server Error", [("Content-Length", "0")], sys.exc_info())
        finally:
            if hasattr(result, "close"):
                result.close()

    return wrapped


def catching(application):
    """Does not let its application begin anew: it raises what the application tells it of."""

    def wrapped(environ, start_response):
        def start(status, headers, exc_info=None):
            if exc_info is not None:
                raise exc_info[1]
            return start_response(status, headers)

        return application(environ, start)

    return wrapped


def gate(application):
    """Lets nobody in."""

    def wrapped(environ, start_response):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return []

    return wrapped


def prefixed(application):
    """Lets in what lies under a prefix, and moves it to the mount."""

    def wrapped(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == "/app" or path.startswith("/app/"):
            mount = environ.get("SCRIPT_NAME", "") + "/app"
            return application({**environ, "SCRIPT_NAME": mount, "PATH_INFO": path[4:]}, start_response)
        return application(environ, start_response)

    return wrapped


def conditional(application):
    """Answers conditions by itself."""

    def wrapped(environ, start_response):
        if environ.get("HTTP_IF_NONE_MATCH") == '"1"':
            start_response("304 Not Modified", [("ETag", '"1"')])
            return []
        return application(environ, start_response)

    return wrapped


def filling(application):
    """Holds back what is not full yet, and gives empty blocks meanwhile."""
    application = giving(application)

    def wrapped(environ, start_response):
        result = application(environ, start_response)
        kept = b""
        try:
            for block in result:
                kept += block
                if len(kept) >= 4:
                    yield kept
                    kept = b""
                else:
                    yield b""
            yield kept
        finally:
            if hasattr(result, "close"):
                result.close()

    return wrapped


OTHERS = (
    "transparent", "adding", "shouting", "generating", "answering", "catching", "gate", "prefixed", "conditional",
    "filling",
)  # fmt: skip
