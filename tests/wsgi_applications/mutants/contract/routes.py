"""Contract applications with one sin each, at a route that shows it."""

import contextlib
import sys

from wsgi_applications.changing import changed, with_headers
from wsgi_applications.mutation import mutant

TEXT = ("Content-Type", "text/plain")


def fail():
    raise RuntimeError("a bug")


def at(path, application, other):
    """`other` serves this path, whatever the method."""
    return lambda environ, start_response: (other if environ["PATH_INFO"] == path else application)(
        environ, start_response
    )


@mutant(breaks="wsgi.error.app-traps")
def lets_its_errors_pass(application):
    return at("/error", application, lambda environ, start_response: fail())


@mutant(breaks="wsgi.start-response.app-no-trap")
def swallows_what_start_response_raises(application):
    def late(environ, start_response):
        start_response("200 OK", [TEXT])
        yield b"first"
        try:
            fail()
        except RuntimeError:
            with contextlib.suppress(RuntimeError):
                start_response("500 Internal Server Error", [TEXT], sys.exc_info())

    return at("/error/late", application, late)


def failing(*exc_info):
    """Begins with a promise, and replaces it."""

    def error(environ, start_response):
        start_response("200 OK", [TEXT])
        start_response("500 Internal Server Error", [TEXT], *exc_info)
        return []

    return error


@mutant(breaks="wsgi.start-response.app-second-call")
def starts_anew_without_the_exception(application):
    return at("/error", application, failing())


@mutant(breaks="wsgi.start-response.exc-info-type")
def says_true_for_the_exception(application):
    return at("/error", application, failing(True))


@mutant(breaks="wsgi.call.repeatable")
def does_not_get_over_an_error(application):
    failed = []

    def mutated(environ, start_response):
        if environ["PATH_INFO"] == "/error" and environ["REQUEST_METHOD"] == "GET":
            failed.append(True)
        elif environ["PATH_INFO"] == "/" and failed:
            raise RuntimeError("never again")
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.file-wrapper.app-checks")
def sends_a_file_by_the_server_alone(application):
    def file(environ, start_response):
        if "wsgi.file_wrapper" in environ or environ["REQUEST_METHOD"] == "HEAD":
            return application(environ, start_response)
        start_response("200 OK", [TEXT])
        return []

    return at("/file", application, file)


@mutant(breaks="wsgi.iterable.not-fully-consumed")
def leaves_nothing_behind_but_at_the_end(application):
    def ticks(environ, start_response):
        start_response("200 OK", [TEXT])
        return iter([b"tick"] * 3)

    return at("/endless", application, ticks)


@mutant(breaks="wsgi.http.status-without-body")
def sends_a_body_under_204(application):
    return changed(
        application,
        result=lambda blocks: [b"nothing"],
        when=lambda environ: environ["PATH_INFO"] in ("/status/204", "/status/304"),
    )


@mutant(breaks="wsgi.url.reconstruct-app")
def goes_by_the_name_of_the_server(application):
    def without_host(environ):
        return {name: value for name, value in environ.items() if name != "HTTP_HOST"}

    return changed(application, environ=without_host, when=lambda environ: environ["PATH_INFO"] == "/link")


@mutant(breaks="wsgi.http.range")
def sends_a_part_of_another_size(application):
    def mutated(environ, start_response):
        if "HTTP_RANGE" not in environ:
            return application(environ, start_response)
        start_response("206 Partial Content", [TEXT, ("Content-Range", "bytes 2-4/10000")])
        return [b"0123456789"]

    return mutated


@mutant(breaks=("wsgi.iterable.return-iterable", "wsgi.error.app-traps"))
def returns_nothing_behind_an_error(application):
    return changed(application, result=lambda blocks: None, when=lambda environ: environ["PATH_INFO"] == "/error")


@mutant(breaks="wsgi.start-response.before-first-body")
def never_begins_a_status(application):
    def mutated(environ, start_response):
        if environ["PATH_INFO"] in ("/status/200", "/status/404", "/status/503"):
            return []
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.http.content-type-optional")
def has_two_types_where_there_is_nothing(application):
    types = with_headers(lambda headers: [TEXT, TEXT, *headers])
    return changed(application, start=types, when=lambda environ: environ["PATH_INFO"].startswith("/status/"))


@mutant(breaks="wsgi.input.app-empty-length")
def takes_an_empty_length_for_a_number(application):
    def mutated(environ, start_response):
        int(environ.get("CONTENT_LENGTH", "0"))
        return application(environ, start_response)

    return mutated
