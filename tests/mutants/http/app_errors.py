"""Sins against applications that fail (ASGI, "Error Handling")."""

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(
    breaks=(
        "http.app.exception-before-start",
        "http.app.exception-mid-response",
        "common.error.app-exception.terminates",
    )
)
def leaves_the_client_waiting_when_the_application_raises(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.reply not in (Reply.PENDING, Reply.STARTED):
            original(self, error)


@mutant(
    breaks=(
        "http.app.exception-before-start",
        "http.app.exception-mid-response",
        "common.error.app-exception.terminates",
    )
)
def answers_200_when_the_application_raises(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        self.fail(200)


@mutant(breaks="http.app.exception-mid-response")
def completes_the_response_of_an_application_that_raised(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.reply is Reply.BODY:
            self.response.close = True
            self.complete(b"")
        original(self, error)


@mutant(breaks="http.app.exception-after-complete")
def appends_an_error_to_a_complete_response(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.reply is Reply.DONE:
            self.connection.refuse(500, [])
        original(self, error)


@mutant(breaks="http.app.return-without-start")
def leaves_the_client_waiting_when_the_application_says_nothing(parts):
    @override(parts.http, "after_app_returned")
    def after_app_returned(original, self):
        if self.reply is not Reply.PENDING:
            original(self)


@mutant(breaks="http.app.return-without-start")
def answers_200_when_the_application_says_nothing(parts):
    @override(parts.http, "after_app_returned")
    def after_app_returned(original, self):
        if self.reply is Reply.PENDING:
            self.begin({"type": "http.response.start", "status": 200})
            self.complete(self.head(0))
        original(self)


@mutant(breaks="http.app.return-without-body")
def completes_a_response_without_body(parts):
    @override(parts.http, "after_app_returned")
    def after_app_returned(original, self):
        if self.reply is Reply.STARTED:
            self.complete(self.head(0))
        original(self)


@mutant(breaks="http.app.return-incomplete")
def completes_a_response_with_more_to_come(parts):
    @override(parts.http, "after_app_returned")
    def after_app_returned(original, self):
        if self.reply is Reply.BODY:
            self.complete(b"")
        original(self)


@mutant(breaks=("http.app.exception-mid-response", "common.error.app-exception.terminates"))
def leaves_a_response_open_when_the_application_raises(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.reply is not Reply.BODY:
            original(self, error)


@mutant(breaks="http.app.exception-mid-response")
def answers_500_in_the_middle_of_a_response(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.reply is Reply.BODY:
            self.connection.refuse(500, [])
        original(self, error)
