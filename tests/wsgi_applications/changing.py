"""How a mutant differs from its model: by the environ it gets, by how it starts, by what it returns."""


def changed(application, *, environ=None, start=None, result=None, when=lambda environ: True):
    """The application with parts of its own, where `when(environ)` holds.

    `environ(environ)`: the environ that the model gets instead. `start(start_response, status, headers, *exc_info)`
    calls it, and returns its result. `result(blocks)`: what is returned instead of what the model returns.
    """

    def mutated(given, start_response):
        if not when(given):
            return application(given, start_response)

        def own_start(*arguments):
            return start(start_response, *arguments) if start else start_response(*arguments)

        found = application(environ(given) if environ else given, own_start)
        return result(found) if result else found

    return mutated


def is_root(environ):
    return environ.get("PATH_INFO") == "/" and environ["REQUEST_METHOD"] == "GET"


def has(method):
    return lambda environ: environ["REQUEST_METHOD"] == method


def with_status(make):
    """For `start`: another status."""
    return lambda start_response, status, headers, *exc_info: start_response(make(status), headers, *exc_info)


def with_header(name, value):
    """For `start`: one more header."""
    return lambda start_response, status, headers, *exc_info: start_response(
        status, [*headers, (name, value)], *exc_info
    )


def with_headers(make):
    """For `start`: other headers."""
    return lambda start_response, status, headers, *exc_info: start_response(status, make(headers), *exc_info)
