"""Sins against the application itself: how it is called, and how often."""

import contextlib
import threading

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.call.positional-args")
def passes_names_where_it_can(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        try:
            return self.connection.server.app(environ=environ, start_response=self.start_response)
        except TypeError:
            if self.called:  # it was an error of the application's own
                raise
            return original(self, environ)


@mutant(breaks="wsgi.call.any-callable")
def wants_a_name_of_the_application(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        assert self.connection.server.app.__name__
        return original(self, environ)


@mutant(breaks="wsgi.call.once-per-request")
def calls_twice_for_a_body(parts):
    """The second time in a thread of its own, so that nobody else waits."""

    @override(parts.call, "complete")
    def complete(original, self):
        original(self)
        if self.request.length:
            calls_beside(self)


@mutant(breaks="wsgi.call.once-per-request")
def tries_again_after_an_error(parts):
    @override(parts.call, "failed")
    def failed(original, self, error):
        calls_beside(self)
        original(self, error)


def calls_beside(call):
    """Call the application once more, for nothing."""

    def again(environ):
        with contextlib.suppress(Exception):
            call.connection.server.app(environ, lambda status, headers, exc_info=None: lambda data: None)

    threading.Thread(target=again, args=(call.environ(),), daemon=True).start()


@mutant(
    breaks=(
        "wsgi.call.start-response-arity",
        "wsgi.start-response.empty-block-defers",
        "wsgi.start-response.exc-info-replace",
        "wsgi.start-response.exc-info-repeat",
        "wsgi.start-response.exc-info-reraise-original",
    )
)
def takes_no_third_argument(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        return self.connection.server.app(environ, lambda status, headers: self.start_response(status, headers))


@mutant(breaks="wsgi.call.environ-fresh")
def keeps_what_the_application_adds(parts):
    kept = {}

    @override(parts.environ, "build")
    def build(original, self):
        kept.update(original(self))
        return kept


@mutant(breaks="wsgi.call.any-callable")
def takes_a_class_for_a_factory(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        app = self.connection.server.app
        return app()(environ, self.start_response) if isinstance(app, type) else original(self, environ)
