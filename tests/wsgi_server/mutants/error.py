"""Sins when an application fails."""

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.error.trap-and-log")
def logs_nothing(parts):
    @override(parts.call, "report")
    def report(original, self, error):
        pass


@mutant(breaks="wsgi.error.response-500")
def answers_200_for_an_error(parts):
    @override(parts.call, "status_of")
    def status_of(original, self, error):
        return original(self, error) if self.fault else "200 OK"


@mutant(breaks="wsgi.error.response-500")
def hangs_up_for_an_error(parts):
    @override(parts.call, "failed")
    def failed(original, self, error):
        self.report(error)


@mutant(breaks="wsgi.error.truncate-visibly")
def ends_a_broken_response_properly(parts):
    @override(parts.call, "failed")
    def failed(original, self, error):
        original(self, error)
        if not self.response.complete and self.response.chunked:
            self.response.finish()


@mutant(breaks="wsgi.error.truncate-visibly")
def writes_a_second_head_into_the_body(parts):
    @override(parts.call, "failed")
    def failed(original, self, error):
        original(self, error)
        if not self.response.complete:
            self.connection.send(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")


@mutant(breaks="wsgi.error.truncate-visibly")
def goes_on_after_a_broken_response(parts):
    @override(parts.connection, "may_go_on")
    def may_go_on(original, self, body, response):
        response.complete = True
        return original(self, body, response)
