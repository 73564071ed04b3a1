"""Sins against what all scopes have in common (ASGI, "Connection Scope")."""

from types import MappingProxyType

from citizen.mutation import in_scope, leave_out, mutant, override


@mutant(breaks="common.scope.is-dict")
def hands_out_a_mapping_that_is_no_dict(parts):
    @override(parts.calls, "scope")
    def scope(original, self):
        return MappingProxyType(original(self))


@mutant(breaks="common.scope.keys-are-str")
def signs_the_asgi_dict_in_bytes(parts):
    @override(parts.calls, "asgi")
    def asgi(original, self):
        return {**original(self), b"server": "citizen"}


@mutant(breaks="common.scope.asgi.present")
def has_no_asgi_in_websocket_scopes(parts):
    leave_out(parts.websocket, "asgi")


@mutant(breaks="common.scope.asgi.version-value")
def gives_the_spec_version_as_core_version(parts):
    @override(parts.http, "asgi")
    def asgi(original, self):
        return {**original(self), "version": "2.5"}


@mutant(breaks=("common.scope.asgi.spec-version-format", "http.scope.asgi.spec-version"))
def gives_a_spec_version_of_three_numbers(parts):
    @override(parts.http, "spec_version")
    def spec_version(original, self):
        return original(self) + ".0"


@mutant(breaks="common.scope.fresh-per-connection")
def updates_one_scope_per_connection(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        kept = self.connection.__dict__.setdefault("kept_scope", {})
        kept.update(original(self))
        return kept


@mutant(breaks="common.scope.nested-isolation")
def shares_one_asgi_dict(parts):
    shared = {"version": "3.0", "spec_version": "2.5"}

    @override(parts.calls, "asgi")
    def asgi(original, self):
        return shared


@mutant(breaks="common.scope.stable-during-call")
def writes_the_next_request_into_the_scope(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        self.given = original(self)
        return self.given

    @override(parts.connection, "data_received")
    def data_received(original, self, data):
        original(self, data)
        if hasattr(self.call, "given") and b" HTTP/1.1\r\n" in data:
            self.call.given["path"] = data.split(b" ")[1].decode("latin-1")


@mutant(breaks="common.extensions.is-dict")
def lists_the_extensions(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return list(extensions)


@mutant(breaks="common.extensions.entry-shape")
def gives_an_extension_none_for_a_value(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "citizen.fortune": None}


@mutant(breaks="common.extensions.advertise-supported")
def keeps_quiet_about_path_send(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {name: value for name, value in extensions.items() if name != "http.response.pathsend"}


@mutant(breaks=("common.extensions.advertised-works", "ext.push.advertised"))
def advertises_push_and_refuses_it(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.push": {}}


@mutant(breaks="common.strings.exact-types")
def gives_the_method_as_a_subclass_of_str(parts):
    class Method(str):
        __slots__ = ()

    @in_scope(parts.http, "method")
    def method(self, method):
        return Method(method)
