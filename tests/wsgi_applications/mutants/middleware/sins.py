"""WSGI middleware with one sin each (PEP 3333, "Middleware: Components that Play Both Sides")."""

import contextlib
import sys

from wsgi_applications.middleware import Result
from wsgi_applications.mutation import mutant


class Owned(dict):
    """An environ of its own kind."""


def around(application, *, environ=lambda given: given, start=None, result=Result):
    """A middleware with parts of its own: see `changed`, which is the same for applications."""

    def wrapped(given, start_response):
        def own_start(*arguments):
            return start(start_response, *arguments) if start else start_response(*arguments)

        return result(application(environ(given), own_start))

    return wrapped


def middleware(**parts):
    return lambda application: around(application, **parts)


@mutant(breaks="wsgi.middleware.both-sides")
def gives_an_environ_of_its_own_kind(_):
    return middleware(environ=Owned)


@mutant(breaks="wsgi.middleware.both-sides")
def calls_the_application_by_name(_):
    def make(application):
        return lambda environ, start_response: application(environ=environ, start_response=start_response)

    return make


@mutant(breaks="wsgi.middleware.both-sides")
def gives_its_headers_as_a_tuple(_):
    return middleware(
        start=lambda start_response, status, headers, *rest: start_response(status, tuple(headers), *rest)
    )


@mutant(breaks="wsgi.middleware.both-sides")
def swallows_exceptions(_):
    def make(application):
        def wrapped(environ, start_response):
            result = application(environ, start_response)
            try:
                with contextlib.suppress(RuntimeError):
                    yield from result
            finally:
                if hasattr(result, "close"):
                    result.close()

        return wrapped

    return make


@mutant(breaks="wsgi.middleware.both-sides")
def loses_the_body_of_a_request(_):
    def read(environ):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return environ

    return middleware(environ=read)


@mutant(breaks="wsgi.middleware.both-sides")
def has_the_application_write_while_it_is_iterated(_):
    def make(application):
        def wrapped(environ, start_response):
            result = application(environ, start_response)
            try:
                yield from result
            finally:
                if hasattr(result, "close"):
                    result.close()

        return wrapped

    return make


@mutant(breaks=("wsgi.errors.text-mode", "wsgi.middleware.both-sides"))
def has_a_log_for_bytes(_):
    return middleware(environ=lambda environ: {**environ, "wsgi.errors": sys.stderr.buffer})


@mutant(breaks="wsgi.environ.script-name.segment-boundary")
def splits_in_the_middle(_):
    def split(environ):
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/app"):
            return environ
        return {**environ, "SCRIPT_NAME": environ["SCRIPT_NAME"] + "/app", "PATH_INFO": path[4:]}

    return middleware(environ=split)


@mutant(breaks="wsgi.call.repeatable")
def answers_everybody_alike(_):
    def make(application):
        kept = []

        def wrapped(environ, start_response):
            if environ["PATH_INFO"] != "/after":
                return Result(application(environ, start_response), lambda block: kept.append(block) or block)
            result = application(environ, start_response)
            return Result(result, lambda block: kept[-1] if kept else block)

        return wrapped

    return make


@mutant(breaks="wsgi.call.repeatable")
def keeps_the_result_on_itself(_):
    class Middleware:
        def __init__(self, application):
            self.application = application

        def __call__(self, environ, start_response):
            self.result = self.application(environ, start_response)
            return self.blocks()

        def blocks(self):
            try:
                yield from self.result
            finally:
                if hasattr(self.result, "close"):
                    self.result.close()

    return Middleware


@mutant(breaks="wsgi.middleware.return-promptly")
def looks_at_the_first_block_at_once(_):
    def peeked(blocks):
        iterator = iter(blocks)
        first = [block for block in [next(iterator, None)] if block is not None]
        return Closing(first, iterator, getattr(blocks, "close", lambda: None))

    class Closing:
        def __init__(self, first, rest, close):
            self._blocks, self.close = self._all(first, rest), close

        def _all(self, first, rest):
            yield from first
            yield from rest

        def __iter__(self):
            return self._blocks

    return middleware(result=peeked)


@mutant(breaks="wsgi.middleware.block-boundaries")
def collects_all_blocks(_):
    def collected(blocks):
        try:
            yield b"".join(blocks)
        finally:
            if hasattr(blocks, "close"):
                blocks.close()

    return middleware(result=collected)


@mutant(breaks="wsgi.middleware.block-boundaries")
def leaves_empty_blocks_out(_):
    def full(blocks):
        try:
            yield from filter(None, blocks)
        finally:
            if hasattr(blocks, "close"):
                blocks.close()

    return middleware(result=full)


@mutant(breaks=("wsgi.middleware.no-write-of-yielded", "wsgi.middleware.both-sides"))
def writes_everything(_):
    def make(application):
        def wrapped(environ, start_response):
            writes = []

            def start(*arguments):
                writes[:] = [start_response(*arguments)]
                return writes[0]

            result = application(environ, start)
            return pushed(result, writes)

        return wrapped

    def pushed(result, writes):
        try:
            for block in result:
                writes[0](block)
                yield b""
        finally:
            if hasattr(result, "close"):
                result.close()

    return make


@mutant(breaks=("wsgi.middleware.write-supported", "wsgi.middleware.lazy-start-response", "wsgi.middleware.both-sides"))
def has_no_write(_):
    def start(start_response, *arguments):
        start_response(*arguments)

    return middleware(start=start)


@mutant(breaks=("wsgi.middleware.write-supported", "wsgi.middleware.content-length-consistent"))
def loses_what_is_written(_):
    def start(start_response, *arguments):
        start_response(*arguments)
        return lambda data: None

    return middleware(start=start)


@mutant(breaks="wsgi.middleware.write-supported")
def changes_what_is_returned_alone(_):
    return middleware(result=lambda blocks: Result(blocks, lambda block: block.upper()))


@mutant(breaks=("wsgi.middleware.close-propagated", "wsgi.middleware.both-sides"))
def does_not_close(_):
    return middleware(result=lambda blocks: map(bytes, blocks))


@mutant(breaks="wsgi.middleware.close-propagated", perhaps="wsgi.middleware.both-sides")
def closes_at_the_end_only(_):
    def to_the_end(blocks):
        yield from Result(blocks)
        if hasattr(blocks, "close"):
            blocks.close()

    return middleware(result=to_the_end)


@mutant(breaks="wsgi.middleware.lazy-start-response")
def needs_the_status_at_once(_):
    def make(application):
        def wrapped(environ, start_response):
            given = []

            def start(*arguments):
                if not given:
                    given.append(arguments)
                return start_response(*arguments)

            result = application(environ, start)
            assert given, "the application has not begun its response"
            return Result(result)

        return wrapped

    return make


@mutant(breaks="wsgi.middleware.exc-info-forward")
def drops_the_exception(_):
    return middleware(start=lambda start_response, status, headers, *rest: start_response(status, headers))


@mutant(breaks="wsgi.middleware.exc-info-forward")
def swallows_what_start_response_raises(_):
    def start(start_response, *arguments):
        try:
            return start_response(*arguments)
        except RuntimeError:
            return lambda data: None

    return middleware(start=start)


@mutant(
    breaks=(
        "wsgi.middleware.content-length-consistent", "wsgi.middleware.both-sides", "wsgi.http.status-without-body",
    )
)  # fmt: skip
def adds_to_the_body(_):
    def longer(blocks):
        try:
            yield from blocks
            yield b"!"
        finally:
            if hasattr(blocks, "close"):
                blocks.close()

    return middleware(result=longer)


@mutant(breaks=("wsgi.http.status-without-body", "wsgi.middleware.both-sides"))
def explains_that_there_is_no_body(_):
    def make(application):
        def wrapped(environ, start_response):
            codes = []

            def start(status, headers, *rest):
                codes.append(status[:3])
                return start_response(status, headers, *rest)

            result = application(environ, start)
            return [b"no body"] if codes and codes[-1] in ("204", "304") else Result(result)

        return wrapped

    return make


@mutant(breaks=("wsgi.http.no-1xx-status", "wsgi.middleware.both-sides"))
def hints_where_nothing_is_new(_):
    def start(start_response, status, headers, *rest):
        hinted = "103 Early Hints" if status[:3] == "304" else status
        return start_response(hinted, headers, *rest)

    return middleware(start=start)


@mutant(breaks="wsgi.http.content-type-optional")
def refuses_a_response_without_a_type(_):
    def start(start_response, status, headers, *rest):
        if not any(name.lower() == "content-type" for name, _ in headers):
            return start_response("500 No Content-Type", [*headers, ("Content-Type", "text/plain")], *rest)
        return start_response(status, headers, *rest)

    return middleware(start=start)


@mutant(breaks="wsgi.http.cache-validation")
def has_nothing_to_say_about_what_is_new(_):
    def make(application):
        def wrapped(environ, start_response):
            def start(status, headers, *rest):
                same = environ.get("HTTP_IF_NONE_MATCH") and any(name == "ETag" for name, _ in headers)
                return start_response("412 Precondition Failed" if same else status, headers, *rest)

            return Result(application(environ, start))

        return wrapped

    return make


@mutant(breaks="wsgi.http.range")
def cuts_without_saying_so(_):
    def make(application):
        def wrapped(environ, start_response):
            result = application(environ, start_response)
            return Result(result, lambda block: block[2:5]) if "HTTP_RANGE" in environ else Result(result)

        return wrapped

    return make
