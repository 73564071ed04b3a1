"""Sins against the early hints extension."""

from citizen.messages import InvalidMessage
from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.early-hint.advertised", "common.extensions.entry-shape"))
def advertises_early_hints_with_true(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.early_hint": True}


@mutant(breaks=("ext.early-hint.sends-103", "ext.early-hint.links-iterable"))
def runs_links_together(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        links = list(self.items_of(message, "links"))
        joined = [b"".join(links)] if all(isinstance(link, bytes) for link in links) else links
        await original(self, {**message, "links": joined if links else []})


@mutant(
    breaks=(
        "ext.early-hint.sends-103",
        "ext.early-hint.position",
        "ext.early-hint.repeatable",
        "ext.early-hint.links-iterable",
        "ext.events.extra-keys",
        "common.extensions.advertised-works",
    )
)
def takes_the_hint_for_the_response(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        await original(self, message)
        self.cut()


@mutant(breaks=("ext.early-hint.position", "http.response.framing.one-head"))
def sends_hints_between_the_pieces_of_a_body(parts):
    anywhere = frozenset({Reply.PENDING, Reply.STARTED, Reply.BODY})
    parts.http.legal = {**parts.http.legal, "http.response.early_hint": anywhere}


@mutant(breaks="ext.early-hint.repeatable")
def takes_one_hint_per_response(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        if self.__dict__.setdefault("hinted", message) is not message:
            raise InvalidMessage("one hint is enough")
        await original(self, message)


@mutant(
    breaks=(
        "ext.early-hint.may-ignore",
        "ext.early-hint.sends-103",
        "ext.early-hint.position",
        "ext.early-hint.repeatable",
        "ext.early-hint.links-iterable",
        "common.extensions.advertised-works",
        "ext.events.extra-keys",
    )
)
def refuses_the_hints_that_it_advertises(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        raise InvalidMessage("not on HTTP/1.1")


@mutant(breaks="ext.early-hint.links-iterable")
def encodes_links_of_text(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        links = [link.encode() if isinstance(link, str) else link for link in self.items_of(message, "links")]
        await original(self, {**message, "links": links})


@mutant(breaks="ext.early-hint.links-iterable")
def walks_the_links_twice(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        list(self.items_of(message, "links"))
        await original(self, message)


@mutant(breaks="ext.early-hint.links-iterable")
def takes_anything_else_for_no_links(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        links = message.get("links")
        await original(self, {**message, "links": links if hasattr(links, "__iter__") else []})


@mutant(breaks=("ext.early-hint.position", "http.response.framing.one-head"))
def writes_hints_after_the_end(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        if message.get("type") == "http.response.early_hint":
            self.connection.write(self.response.interim(103, [(b"link", link) for link in message["links"]]))
