"""What WSGI applications answer wrong (PEP 3333, "The start_response() Callable", "Unicode Issues")."""

import http

from wsgi_applications.changing import changed, has, is_root, with_header, with_headers, with_status
from wsgi_applications.mutation import mutant


@mutant(breaks="wsgi.start-response.before-first-body")
def yields_before_it_starts(application):
    def mutated(environ, start_response):
        if not is_root(environ):
            return application(environ, start_response)
        return late(start_response)

    def late(start_response):
        yield b"0"
        start_response("200 OK", [("Content-Type", "text/plain")])

    return mutated


@mutant(breaks=("wsgi.start-response.before-first-body", "wsgi.call.repeatable"))
def never_starts(application):
    return lambda environ, start_response: [] if is_root(environ) else application(environ, start_response)


@mutant(breaks="wsgi.start-response.status-format")
def has_no_reason(application):
    return changed(application, start=with_status(lambda status: status.replace(" ", "")))


@mutant(breaks="wsgi.start-response.status-format")
def has_two_spaces(application):
    return changed(application, start=with_status(lambda status: status.replace(" ", "  ", 1)))


@mutant(breaks="wsgi.start-response.status-format")
def invents_a_class(application):
    return changed(application, start=with_status(lambda status: "999 Nice"), when=is_root)


@mutant(breaks="wsgi.start-response.status-native-str")
def gives_a_number(application):
    return changed(application, start=with_status(lambda status: int(status[:3])), when=has("GET"))


@mutant(breaks="wsgi.start-response.status-native-str")
def gives_a_member_of_http_status(application):
    return changed(application, start=with_status(lambda status: http.HTTPStatus(int(status[:3]))), when=has("GET"))


@mutant(breaks="wsgi.start-response.status-no-control")
def has_a_line_end_in_its_reason(application):
    return changed(application, start=with_status(lambda status: f"{status}\tor\r\nso"))


@mutant(breaks="wsgi.start-response.headers-list")
def gives_a_tuple(application):
    return changed(application, start=with_headers(tuple))


@mutant(breaks="wsgi.start-response.headers-list")
def gives_a_list_of_its_own(application):
    return changed(application, start=with_headers(type("Headers", (list,), {})))


@mutant(breaks="wsgi.start-response.headers-tuples")
def gives_lists_of_two(application):
    return changed(application, start=with_headers(lambda headers: [*map(list, headers)]))


@mutant(breaks="wsgi.start-response.headers-tuples")
def gives_a_number_as_value(application):
    return changed(application, start=with_header("X-Count", 1))


@mutant(breaks="wsgi.start-response.header-name-token")
def has_a_colon_in_a_name(application):
    return changed(application, start=with_header("X-Colon:", "1"))


@mutant(breaks="wsgi.start-response.header-value-no-control")
def folds_a_value(application):
    return changed(application, start=with_header("X-Folded", "one\r\n two"))


@mutant(breaks="wsgi.start-response.app-latin1")
def says_it_in_japanese(application):
    return changed(application, start=with_header("X-Name", "\u65e5\u672c"))


@mutant(breaks="wsgi.start-response.app-latin1")
def gives_its_reason_in_japanese(application):
    return changed(application, start=with_status(lambda status: f"{status[:3]} \u65e5\u672c"))


@mutant(breaks="wsgi.start-response.app-no-hop-by-hop")
def closes_the_connection(application):
    return changed(application, start=with_header("Connection", "close"))


@mutant(breaks="wsgi.start-response.app-no-transfer-encoding")
def chunks(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] == "HEAD" or not is_root(environ):
            return changed(application, start=with_header("Transfer-Encoding", "chunked"))(environ, start_response)
        start_response("200 OK", [("Transfer-Encoding", "chunked")])
        return [b"2\r\nok\r\n0\r\n\r\n"]

    return mutated


@mutant(breaks="wsgi.start-response.no-status-header")
def tells_its_status_twice(application):
    return changed(application, start=with_header("Status", "200 OK"))


@mutant(breaks="wsgi.http.no-1xx-status")
def continues(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] not in ("HEAD", "GET"):
            return application(environ, start_response)
        start_response("100 Continue", [])
        return []

    return mutated


@mutant(breaks="wsgi.head.app-body")
def sends_a_body_to_head(application):
    return changed(application, result=lambda blocks: [b"0123"], when=has("HEAD"))


@mutant(breaks="wsgi.http.status-without-body")
def has_something_to_say_about_nothing_new(application):
    return changed(
        application, result=lambda blocks: [b"nothing new"], when=lambda environ: "HTTP_IF_NONE_MATCH" in environ
    )  # fmt: skip


def any_length(value):
    return with_headers(
        lambda headers: [
            (name, value(old) if name == "Content-Length" else old) for name, old in headers
        ]
    )  # fmt: skip


@mutant(breaks="wsgi.content-length.app-underrun")
def promises_more(application):
    return changed(application, start=any_length(lambda old: str(int(old) + 3)))


@mutant(breaks="wsgi.content-length.app-overrun")
def promises_less(application):
    return changed(application, start=any_length(lambda old: str(max(0, int(old) - 3))), when=has("GET"))


@mutant(breaks="wsgi.content-length.app-invalid")
def promises_a_word(application):
    return changed(application, start=any_length(lambda old: f"+{old}"))


@mutant(breaks="wsgi.content-length.app-invalid")
def promises_twice(application):
    def twice(headers):
        return [*headers, *(pair for pair in headers if pair[0] == "Content-Length")]

    return changed(application, start=with_headers(twice))


@mutant(breaks="wsgi.http.range")
def sends_another_part(application):
    def moved(headers):
        return [(name, "bytes 0-0/50" if name == "Content-Range" else value) for name, value in headers]

    return changed(application, start=with_headers(moved))


@mutant(breaks="wsgi.http.cache-validation")
def tells_a_post_that_nothing_is_new(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 Not Modified", [])
            return []
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.http.content-type-optional")
def has_two_types(application):
    return changed(application, start=with_header("Content-Type", "text/html"))
