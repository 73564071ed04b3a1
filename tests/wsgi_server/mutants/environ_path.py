"""Sins against SCRIPT_NAME and PATH_INFO."""

import re

from wsgi_server.mutation import mutant, override


@mutant(
    breaks=(
        "wsgi.environ.script-name.value",
        "wsgi.environ.script-name.leading-slash",
        "wsgi.url.server-consistent",
    )
)
def calls_the_root_slash(parts):
    @override(parts.environ, "script_name")
    def script_name(original, self):
        return original(self) or "/"


@mutant(breaks="wsgi.environ.script-name.segment-boundary")
def cuts_segments_apart(parts):
    @override(parts.environ, "is_inside")
    def is_inside(original, self, path, root):
        return path.startswith(root)


@mutant(
    breaks=(
        "wsgi.environ.script-name.value",
        "wsgi.environ.script-name.segment-boundary",
        "wsgi.url.server-consistent",
    )
)
def leaves_the_mount_in_the_path(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        return self.text(self.path())


@mutant(breaks="wsgi.environ.path-info.present")
def cuts_path_parameters_off(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        return re.sub(";[^/]*", "", original(self))


@mutant(breaks="wsgi.environ.path-info.present")
def has_no_path_at_the_root(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        path = original(self)
        return None if path == "/" and not self.root() else path


@mutant(
    breaks=(
        "wsgi.environ.path-info.leading-slash",
        "wsgi.environ.script-name.value",
        "wsgi.environ.script-name.segment-boundary",
        "wsgi.url.server-consistent",
    )
)
def loses_the_slash_behind_the_mount(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        return original(self)[1:] if self.root() else original(self)


@mutant(breaks="wsgi.environ.path-info.empty-at-mount")
def adds_a_slash_at_the_mount(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        return original(self) or "/"


@mutant(breaks="wsgi.environ.path-info.percent-decoded")
def decodes_twice(parts):
    @override(parts.environ, "decode")
    def decode(original, self, path):
        return original(self, original(self, path))


@mutant(breaks="wsgi.environ.path-info.percent-decoded")
def takes_a_plus_for_a_space(parts):
    @override(parts.environ, "decode")
    def decode(original, self, path):
        return original(self, path.replace(b"+", b" "))


@mutant(breaks=("wsgi.environ.path-info.invalid-utf8", "wsgi.environ.latin1-only"))
def replaces_what_is_no_utf_8(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        path = original(self)
        try:
            path.encode("latin-1").decode()
        except UnicodeDecodeError:
            return path.encode("latin-1").decode("utf-8", "replace")
        return path


@mutant(breaks="wsgi.environ.path-info.encoded-slash")
def dies_of_an_encoded_slash(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        assert b"%2F" not in self.request.path
        return original(self, environ)


@mutant(breaks="wsgi.environ.path-info.double-slash")
def takes_two_slashes_for_an_authority(parts):
    @override(parts.reader, "without_authority")
    def without_authority(original, self, target):
        if target.startswith(b"//"):
            return original(self, b"http:" + target)
        return original(self, target)


@mutant(breaks="wsgi.environ.path-info.no-query")
def decodes_before_it_splits(parts):
    @override(parts.reader, "split")
    def split(original, self, method, target):
        return original(self, method, target.replace(b"%3F", b"?"))


@mutant(breaks=("wsgi.environ.path-info.absolute-form", "wsgi.environ.http-host"))
def leaves_the_authority_in_the_path(parts):
    @override(parts.reader, "without_authority")
    def without_authority(original, self, target):
        return None, target if target.startswith(b"/") else b"/" + target


@mutant(breaks="wsgi.environ.path-info.asterisk")
def dies_of_an_asterisk(parts):
    @override(parts.connection, "answer")
    def answer(original, self, request, body, response):
        if request.path == b"*":
            response.error("500 Internal Server Error")
        else:
            original(self, request, body, response)
