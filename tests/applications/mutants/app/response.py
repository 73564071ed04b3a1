"""Sins in responses (ASGI HTTP, "Response Start", "Response Body")."""

from applications.changing import behind, changed, with_keys
from applications.mutation import mutant

START, BODY = "http.response.start", "http.response.body"


def fields(convert):
    """With the header fields of a response made anew."""

    def sent(event, scope):
        return [{**event, "headers": [*map(convert, event["headers"])]} if event["type"] == START else event]

    return sent


@mutant(breaks="http.response.start.status-type")
def tells_the_status_as_text(application):
    return changed(application, sent=with_keys(START, status="200"))


@mutant(breaks="http.response.start.status-type")
def tells_the_status_of_errors_as_text(application):
    def sent(event, scope):
        return [{**event, "status": str(event["status"])} if event.get("status", 0) >= 400 else event]

    return changed(application, sent=sent)


@mutant(breaks="http.response.start.headers.bytes")
def names_fields_in_text(application):
    return changed(application, sent=fields(lambda field: (field[0].decode(), field[1])))


@mutant(breaks="http.response.start.headers.bytes")
def counts_its_bytes_with_a_number(application):
    return changed(
        application, sent=fields(lambda field: (field[0], int(field[1]) if field[1].isdigit() else field[1]))
    )


@mutant(breaks="http.response.start.headers.app-lowercase")
def writes_titles(application):
    return changed(application, sent=fields(lambda field: (field[0].title(), field[1])))


@mutant(breaks="http.response.start.headers.no-pseudo")
def knows_http_2_too_well(application):
    def sent(event, scope):
        if event["type"] == START and scope["http_version"] == "2":
            return [{**event, "headers": [(b":status", b"200"), *event["headers"]]}]
        return [event]

    return changed(application, kinds={"http"}, sent=sent)


@mutant(breaks="http.response.start.app-first")
def begins_twice(application):
    return changed(application, sent=behind(START, {"type": START, "status": 500, "headers": []}))


@mutant(breaks="http.response.start.app-first")
def has_nothing_to_say_about_what_it_does_not_know(application):
    return changed(application, sent=lambda event, scope: [] if scope.get("method") == "BREW" else [event])


@mutant(breaks="http.response.start.app-body-follows")
def ends_behind_the_head_of_a_head(application):
    def sent(event, scope):
        return [] if event["type"] == BODY and scope["method"] == "HEAD" else [event]

    return changed(application, kinds={"http"}, sent=sent)


@mutant(breaks="http.response.body.app-terminates")
def leaves_its_error_page_open(application):
    def sent(event, scope):
        return [{**event, "more_body": True} if event["type"] == BODY and scope["path"] != "/" else event]

    return changed(application, kinds={"http"}, sent=sent)


@mutant(breaks="http.response.body.app-types")
def writes_text(application):
    def sent(event, scope):
        return [{**event, "body": event["body"].decode("latin-1")} if event["type"] == BODY else event]

    return changed(application, sent=sent)


@mutant(breaks="http.response.body.app-types")
def says_one_for_true(application):
    return changed(application, sent=lambda event, scope: (
        [{**event, "more_body": 1}, {"type": BODY}] if event["type"] == BODY else [event]
    ))  # fmt: skip


@mutant(breaks="common.app.returns-none")
def returns_its_answer(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, send)
        return "done" if scope["type"] != "lifespan" else None

    return mutated
