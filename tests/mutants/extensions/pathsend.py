"""Sins against the path send extension."""

import asyncio
import os

from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.pathsend.advertised", "common.extensions.entry-shape"))
def advertises_path_send_with_true(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.pathsend": True}


@mutant(breaks=("ext.pathsend.sends-file", "ext.events.extra-keys"))
def knows_ascii_paths_only(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        message["path"].encode("ascii")
        await original(self, message)


@mutant(breaks=("ext.pathsend.sends-file", "ext.pathsend.behaves-as-body"))
def expects_more_after_a_path(parts):
    @override(parts.http, "complete")
    def complete(original, self, out):
        if getattr(self, "path_sent", False):
            self.path_sent, self.reply = False, Reply.BODY
            self.connection.write(out)
        else:
            original(self, out)

    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        self.path_sent = True
        await original(self, message)


@mutant(breaks="ext.pathsend.headers-from-app")
def adds_a_content_type(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        self.response.headers = [*self.response.headers, (b"content-type", b"text/html")]
        await original(self, message)


@mutant(breaks="ext.pathsend.once-and-alone")
def mixes_paths_with_bodies(parts):
    both = frozenset({Reply.STARTED, Reply.BODY})
    parts.http.legal = {**parts.http.legal, "http.response.pathsend": both}


@mutant(breaks="ext.pathsend.behaves-as-body")
def sends_nothing_for_a_missing_file(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        path = message.get("path")
        missing = isinstance(path, str) and os.path.isabs(path) and not os.path.exists(path)
        await (self.body({}) if missing else original(self, message))


@mutant(breaks=("ext.pathsend.behaves-as-body", "http.response.framing.head"))
def sends_files_to_head(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        if self.request.method == "HEAD":
            self.connection.write(self.head(None) + content(message["path"]))
            self.reply = Reply.BODY
        await original(self, message)

    def content(path):
        with open(path, "rb") as file:
            return file.read()


@mutant(breaks="ext.pathsend.behaves-as-body")
def sends_nothing_for_a_folder(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        await (self.body({}) if os.path.isdir(message["path"]) else original(self, message))


@mutant(breaks="ext.pathsend.behaves-as-body")
def takes_any_form_of_a_path(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        await original(self, {**message, "path": os.path.abspath(os.fsdecode(message["path"]))})


@mutant(breaks="ext.pathsend.behaves-as-body")
def starts_a_response_for_a_path(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is Reply.PENDING and message.get("type") == "http.response.pathsend":
            self.begin({"type": "http.response.start", "status": 200})
        await original(self, message)


@mutant(breaks="ext.pathsend.once-and-alone")
def goes_on_after_a_path(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        await original(self, message)
        self.path_sent = True

    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        if getattr(self, "path_sent", False):
            self.connection.write(b"MORE")


@mutant(breaks="ext.pathsend.behaves-as-body")
def waits_for_clients_that_have_gone(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        try:
            await original(self, message)
        except OSError:
            await asyncio.sleep(5 if self.connection.closed else 0)
            raise
