"""Sins in how a request is read (ASGI HTTP, "Request")."""

from applications.changing import changed
from applications.mutation import mutant

REQUEST = "http.request"


def of_requests(application, change):
    """The application with the request events made anew."""
    return changed(
        application,
        kinds={"http"},
        received=lambda event, scope: change(event) if event.get("type") == REQUEST else event,
    )


@mutant(breaks="http.request.app-defaults")
def demands_more_body(application):
    return of_requests(application, lambda event: {**event, "more_body": event["more_body"]})


@mutant(breaks="http.request.app-defaults")
def takes_a_missing_end_for_none(application):
    return of_requests(application, lambda event: {"more_body": True, **event})


@mutant(breaks="http.request.app-empty-chunk")
def stops_at_an_empty_part(application):
    return of_requests(
        application, lambda event: {**event, "more_body": bool(event.get("more_body") and event.get("body"))}
    )


@mutant(breaks="http.request.app-waits-for-body")
def reads_the_first_part(application):
    return of_requests(application, lambda event: {**event, "more_body": False})


@mutant(breaks="http.request.app-disconnect-mid-body")
def takes_an_end_for_the_end(application):
    def received(event, scope):
        return {"type": REQUEST} if event.get("type") == "http.disconnect" else event

    return changed(application, kinds={"http"}, received=received)


@mutant(breaks="http.request.app-trigger")
def answers_unasked(application):
    async def mutated(scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "GET":
            return await application(scope, receive, send)
        await send({"type": "http.response.start", "status": 200 if scope["path"] == "/" else 404})
        await send({"type": "http.response.body", "body": b"hello"})

    return mutated
