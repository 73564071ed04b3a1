"""Sins against the path send extension."""

import os

from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.pathsend.advertised", "common.extensions.entry-shape"))
def advertises_path_send_with_true(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.pathsend": True}


@mutant(breaks="ext.pathsend.sends-file")
def knows_ascii_paths_only(parts):
    @override(parts.http, "send_path")
    async def send_path(original, self, message):
        message["path"].encode("ascii")
        await original(self, message)


@mutant(breaks="ext.pathsend.sends-file")
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


@mutant(breaks="ext.pathsend.behaves-as-body")
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
