"""Sins against path, raw_path and query_string (ASGI HTTP, "HTTP Connection Scope")."""

import posixpath
import re

from citizen.mutation import mutant, override


@mutant(breaks="http.scope.path.type")
def gives_an_empty_path_for_the_root(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return original(self, target) if original(self, target) != "/" else ""


@mutant(breaks="http.scope.path.no-query")
def splits_the_path_off_at_the_last_question_mark(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return self.decode(target.rpartition(b"?")[0] or target)


@mutant(breaks="http.scope.path.percent-decoded")
def leaves_escaped_spaces_in_the_path(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return "%20".join(original(self, part) for part in raw_path.split(b"%20"))


@mutant(breaks=("http.scope.path.utf8-decoded", "http.scope.path.raw-utf8-bytes"))
def decodes_escapes_as_latin_1(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        text = raw_path.decode("utf-8", "replace")
        return re.sub("%([0-9A-Fa-f]{2})", lambda escape: chr(int(escape[1], 16)), text)


@mutant(breaks="http.scope.path.raw-utf8-bytes")
def decodes_unescaped_bytes_as_latin_1(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, raw_path.decode("latin-1").encode("utf-8"))


@mutant(breaks=("http.scope.path.invalid-utf8", "http.scope.raw-path.exact"))
def replaces_what_is_no_utf8_in_raw_path_too(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        path = self.path(target)
        return path.encode("utf-8") if "\ufffd" in path else original(self, target)


@mutant(breaks="http.scope.path.encoded-slash")
def leaves_escaped_slashes_in_the_path(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return "%2F".join(original(self, part) for part in re.split(b"%2[Ff]", raw_path))


@mutant(breaks="http.scope.path.encoded-question-mark")
def splits_at_an_escaped_question_mark(parts):
    @override(parts.http, "path_part")
    def path_part(original, self, target):
        return original(self, target.replace(b"%3F", b"?"))

    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return original(self, target.replace(b"%3F", b"?"))


@mutant(breaks="http.scope.path.decoded-once")
def decodes_the_path_twice(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, original(self, raw_path).encode("utf-8"))


@mutant(breaks="http.scope.path.plus-literal")
def takes_a_plus_in_the_path_for_a_space(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, raw_path.replace(b"+", b" "))


@mutant(breaks="http.scope.path.not-normalised")
def merges_slashes(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return re.sub("/+", "/", original(self, target))


@mutant(breaks="http.scope.query-string.raw")
def loses_the_query_of_absolute_targets(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        target = original(self, request, hosts)
        return target if request.target.startswith(b"/") else target.partition(b"?")[0]


@mutant(breaks=("h1.target.absolute-form", "http.scope.path.absolute-form"))
def serves_no_absolute_targets(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        if request.target.startswith(b"http://"):
            raise ValueError("a proxy is asked elsewhere")
        return original(self, request, hosts)


@mutant(breaks="http.scope.path.asterisk-form")
def crashes_on_an_asterisk(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        return request.target[request.target.index(b"/") :] and original(self, request, hosts)


@mutant(breaks="http.scope.raw-path.exact")
def unescapes_tildes_in_raw_path(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        return original(self, target).replace(b"%7e", b"~")


@mutant(breaks="http.scope.raw-path.no-query")
def leaves_the_query_in_raw_path(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        return target


@mutant(breaks="http.scope.query-string.type")
def leaves_an_empty_query_string_out(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        return {key: value for key, value in original(self).items() if (key, value) != ("query_string", b"")}


@mutant(breaks=("http.scope.query-string.raw", "http.scope.query-string.high-bytes"))
def decodes_the_query_string(parts):
    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return self.decode(original(self, target)).encode("utf-8")


@mutant(breaks="http.scope.query-string.high-bytes")
def encodes_the_query_string_twice(parts):
    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return original(self, target).decode("latin-1").encode("utf-8")


@mutant(breaks=("http.scope.path.no-query", "http.scope.path.encoded-question-mark"))
def leaves_the_query_in_the_path(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return self.decode(target)


@mutant(breaks="http.scope.path.decoded-once")
def fails_on_a_lone_percent_sign(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        path = original(self, raw_path)
        if re.search("%(?![0-9A-Fa-f]{2})", path):
            raise ValueError("no escape")
        return path


@mutant(breaks="http.scope.path.not-normalised")
def resolves_dot_segments(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        decoded = original(self, target)
        return posixpath.normpath(decoded) if "/." in decoded else decoded


@mutant(
    breaks=(
        "http.scope.raw-path.exact",
        "http.scope.raw-path.no-query",
        "http.scope.path.raw-utf8-bytes",
        "http.scope.path.invalid-utf8",
        "common.strings.exact-types",
    )
)
def gives_raw_path_as_text(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        scope = original(self)
        return {**scope, "raw_path": scope["raw_path"].decode("latin-1")}


@mutant(
    breaks=(
        "http.scope.query-string.raw",
        "http.scope.query-string.high-bytes",
        "http.scope.path.encoded-question-mark",
    )
)
def leaves_the_question_mark_in_the_query_string(parts):
    @override(parts.http, "query_string")
    def query_string(original, self, target):
        query = original(self, target)
        return b"?" + query if query else query
