"""Sins of applications that make use of extensions."""

import contract

from applications.contract.exchange import Connection
from applications.contract.model import Model
from applications.contract.variation import sending, with_conversation, with_exchange, with_methods
from applications.mutation import mutant


def offering(name):
    """As if the server had offered this extension."""

    def extension(self, asked):
        return {} if asked == name else Connection.extension(self, asked)

    return extension


@mutant(
    breaks=(
        "common.extensions.app-no-unadvertised",
        "contract.extension.path-send",
        "contract.response.file",
    )
)
def takes_path_send_for_granted(application):
    return with_exchange(application, extension=offering("http.response.pathsend"))


@mutant(breaks="common.extensions.app-no-unadvertised")
def takes_early_hints_for_granted(application):
    return with_exchange(application, extension=offering("http.response.early_hint"))


@mutant(breaks="ext.debug.app-not-unadvertised")
def tells_everybody_what_is_for_debugging(application):
    return with_exchange(application, extension=offering("http.response.debug"))


@mutant(breaks="ext.denial.app-fallback")
def refuses_with_a_response_where_none_is_offered(application):
    return with_conversation(application, extension=offering("websocket.http.response"))


@mutant(breaks=("common.extensions.app-optional",))
def needs_to_be_told_of_extensions(application):
    def extension(self, name):
        return self.scope["extensions"].get(name)

    return with_exchange(application, extension=extension)


def without(kind):
    """Never sends this event."""

    def change(scope, event):
        if event["type"] != kind:
            yield event

    return change


@mutant(breaks="contract.extension.early-hints")
def sends_no_hints(application):
    return sending(application, without("http.response.early_hint"))


@mutant(breaks="ext.early-hint.app-format")
def sends_hints_as_text(application):
    def change(scope, event):
        if event["type"] == "http.response.early_hint":
            event = {**event, "links": [link.decode() for link in event["links"]]}
        yield event

    return sending(application, change)


@mutant(breaks="contract.extension.push")
def sends_no_pushes(application):
    return sending(application, without("http.response.push"))


@mutant(breaks="ext.push.app-format")
def names_the_method_of_a_push(application):
    def change(scope, event):
        if event["type"] == "http.response.push":
            event = {**event, "headers": [(b":method", b"GET")]}
        yield event

    return sending(application, change)


@mutant(breaks="contract.extension.trailers")
def keeps_its_trailers_to_itself(application):
    async def trailers(self, exchange):
        await exchange.answer(200, b"trailers", fields=[(b"trailer", b"x-checksum")])

    return with_methods(application, trailers=trailers)


@mutant(breaks="ext.trailers.app-announces")
def announces_no_trailers(application):
    def change(scope, event):
        if event["type"] == "http.response.start":
            event = {**event, "headers": [field for field in event["headers"] if field[0] != b"trailer"]}
        yield event

    return sending(application, change)


@mutant(breaks="ext.trailers.app-order")
def does_not_say_that_trailers_follow(application):
    def change(scope, event):
        yield {name: value for name, value in event.items() if name != "trailers"}

    return sending(application, change)


@mutant(breaks="ext.debug.app-once-before-start")
def tells_what_is_for_debugging_at_the_end(application):
    async def debug(self, exchange):
        await exchange.text("debug")
        if exchange.extension("http.response.debug") is not None:
            await exchange.send({"type": "http.response.debug", "info": {}})

    return with_methods(application, debug=debug)


@mutant(breaks="ext.debug.harness-support")
def tells_text_for_debugging(application):
    def change(scope, event):
        if event["type"] == "http.response.debug":
            event = {**event, "info": "debug"}
        yield event

    return sending(application, change)


@mutant(breaks="contract.extension.path-send")
def reads_every_file_itself(application):
    async def file(self, exchange):
        await exchange.answer(200, contract.FILE.read_bytes())

    return with_methods(application, file=file)


@mutant(breaks="ext.pathsend.app-format")
def gives_the_name_of_a_file_alone(application):
    def change(scope, event):
        if event["type"] == "http.response.pathsend":
            event = {**event, "path": event["path"].rpartition("/")[2]}
        yield event

    return sending(application, change)


@mutant(breaks="ext.pathsend.app-format")
def answers_a_part_with_the_path_of_the_whole(application):
    async def file(self, exchange):
        if dict(exchange.headers()).get("range") and exchange.extension("http.response.pathsend") is not None:
            await exchange.start(206, "text/plain", [(b"content-length", b"10")])
            await exchange.send({"type": "http.response.pathsend", "path": str(contract.FILE)})
        else:
            await exchange.file(contract.FILE)

    return with_methods(application, file=file)


@mutant(breaks="ext.zerocopysend.app-closes")
def leaves_files_open(application):
    async def copy_nothing(self, path):
        file = path.open("rb")
        await self.send({"type": "http.response.zerocopysend", "file": file})

    return with_exchange(application, copy_nothing=copy_nothing)


@mutant(breaks="ext.zerocopysend.app-format")
def counts_in_text(application):
    def change(scope, event):
        if event["type"] == "http.response.zerocopysend":
            event = {**event, "count": "10000"}
        yield event

    return sending(application, change)


@mutant(breaks="contract.websocket.denial")
def refuses_with_another_response(application):
    def change(scope, event):
        if event["type"] == "websocket.http.response.start":
            event = {**event, "status": 418}
        yield event

    return sending(application, change)


@mutant(breaks="ext.denial.app-order")
def closes_after_its_refusal(application):
    async def ws_deny(self, conversation):
        await Model.ws_deny(self, conversation)
        if conversation.extension("websocket.http.response") is not None:
            await conversation.close()

    return with_methods(application, ws_deny=ws_deny)


@mutant(breaks="tls.app.error-checked")
def trusts_every_certificate(application):
    async def certificate(self, exchange):
        await exchange.text((exchange.extension("tls") or {}).get("client_cert_name") or "nobody")

    return with_methods(application, certificate=certificate)
