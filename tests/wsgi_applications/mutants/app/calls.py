"""What WSGI applications do wrong about how they are called (PEP 3333, "The Application/Framework Side")."""

import sys

from wsgi_applications.changing import changed, is_root, with_headers
from wsgi_applications.mutation import mutant


@mutant(breaks="wsgi.call.two-args")
def wants_a_third_argument(application):
    class Application:
        __signature__ = "unknown"

        def __call__(self, environ, start_response, configuration):
            return application(environ, start_response)

    return Application()


@mutant(breaks="wsgi.call.repeatable")
def is_used_up_by_one_call(application):
    calls = []

    def mutated(environ, start_response):
        calls.append(environ)
        if len(calls) > 1 and calls[-2].get("HTTP_HOST") == "again":
            raise RuntimeError("used up")
        return application(environ, start_response)

    def counted(environ, start_response):
        if is_root(environ):
            environ["HTTP_HOST"] = "again"
        return mutated(environ, start_response)

    return counted


@mutant(breaks="wsgi.call.repeatable")
def returns_one_generator_for_everybody(application):
    blocks = (block for block in (b"01234", b"56789"))

    def mutated(environ, start_response):
        if not is_root(environ):
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return blocks

    return mutated


@mutant(breaks="wsgi.call.repeatable")
def keeps_its_request_to_itself(application):
    """On the application, where the next call puts its own."""

    class Application:
        def __call__(self, environ, start_response):
            self.environ = environ
            return self.blocks(environ, application(environ, start_response))

        def blocks(self, environ, result):
            if environ is not self.environ:
                raise RuntimeError("the request has changed")
            yield from result

    return Application()


@mutant(breaks="wsgi.call.start-response-positional")
def names_the_arguments(application):
    def start(start_response, status, headers, *exc_info):
        return start_response(
            status=status, response_headers=headers, **({"exc_info": exc_info[0]} if exc_info else {})
        )

    return changed(application, start=start)


@mutant(breaks="wsgi.call.start-response-positional")
def names_the_exception(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] != "OPTIONS":
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")], exc_info=None)
        return [b"GET,"]

    return mutated


@mutant(breaks="wsgi.environ.run-once.not-relied-on")
def tidies_up_after_its_only_call(application):
    gone = []

    def mutated(environ, start_response):
        if gone:
            raise RuntimeError("closed down")
        if environ["wsgi.run_once"]:
            gone.append(True)
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.start-response.headers-not-reused")
def keeps_its_headers(application):
    kept = {}
    return changed(application, start=with_headers(lambda headers: kept.setdefault(headers[0], headers)), when=is_root)


@mutant(breaks="wsgi.iterable.not-fully-consumed")
def needs_its_end(application):
    """Lets go of what it holds behind the last block only."""
    held = []

    def mutated(environ, start_response):
        if not is_root(environ):
            return application(environ, start_response)
        if held:
            raise RuntimeError("all are in use")
        return blocks(application(environ, start_response))

    def blocks(result):
        held.append(True)
        yield from result
        held.pop()

    return mutated


@mutant(breaks="wsgi.environ.app-fallback")
def insists_on_every_variable(application):
    def mutated(environ, start_response):
        for name in ("QUERY_STRING", "SCRIPT_NAME", "REMOTE_ADDR", "HTTP_HOST"):
            assert environ[name] is not None
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.environ.app-fallback")
def insists_on_a_type(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and not environ.get("CONTENT_TYPE", "none"):
            raise KeyError("CONTENT_TYPE")
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.environ.app-fallback")
def insists_on_a_path(application):
    def mutated(environ, start_response):
        assert environ["PATH_INFO"] is not None
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.http.no-rely-on-inbound-hop")
def upgrades_where_it_is_told_to(application):
    def mutated(environ, start_response):
        if "Upgrade" in environ.get("HTTP_CONNECTION", ""):
            start_response("426 Upgrade Required", [("Content-Length", "0")])
            return []
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.http.no-rely-on-inbound-hop")
def decodes_chunks(application):
    def mutated(environ, start_response):
        if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
            int(environ["wsgi.input"].readline() or b"no chunk", 16)
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.file-wrapper.app-checks")
def needs_the_file_wrapper(application):
    def mutated(environ, start_response):
        if is_root(environ):
            assert environ["wsgi.file_wrapper"]
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.start-response.app-second-call")
def starts_anew_without_the_exception(application):
    def start(start_response, status, headers, *exc_info):
        return start_response(status, headers)

    return changed(application, start=start)


@mutant(breaks="wsgi.start-response.exc-info-type")
def gives_the_exception_alone(application):
    def start(start_response, status, headers, *exc_info):
        return start_response(status, headers, *(found[1] for found in exc_info if found))

    return changed(application, start=start)


@mutant(breaks="wsgi.start-response.app-no-trap")
def goes_on_after_all(application):
    def start(start_response, status, headers, *exc_info):
        try:
            return start_response(status, headers, *exc_info)
        except OSError:
            return sys.stderr.write

    return changed(application, start=start)
