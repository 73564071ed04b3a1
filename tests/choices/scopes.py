"""What a scope is made of: containers, keys that may be missing, keys that may be added."""

import collections
from typing import Any

from citizen.choosing import choice
from citizen.mutation import in_scope, leave_out, override

HTTP, WEBSOCKET = "http/scope*", "websocket/scope*"
SCOPES = (HTTP, WEBSOCKET, "common/scope/*", "common/isolation/*")


class Again:
    """An iterable of its own kind, which can be walked as often as one likes."""

    def __init__(self, items):
        self.kept = tuple(items)

    def __iter__(self):
        return iter(self.kept)


def where_default(part, key, default):
    """Leave a key out of the scope where it would hold the default."""

    @override(part, "scope")
    def scope(original, self):
        given = original(self)
        return {name: value for name, value in given.items() if name != key or value != default}


# --------------------------------------------------------------------------- containers


@choice("ASGI HTTP, Connection Scope: headers are an iterable of two-item iterables.", sets="modern", near=SCOPES)
def headers_are_a_tuple(parts):
    @override(parts.calls, "headers")
    def headers(original, self, headers):
        return tuple(original(self, headers))


@choice("ASGI HTTP, Connection Scope: headers are an iterable of two-item iterables.", sets="old", near=SCOPES)
def headers_are_lists_in_a_list(parts):
    @override(parts.calls, "headers")
    def headers(original, self, headers):
        return [list(pair) for pair in original(self, headers)]


@choice("ASGI HTTP, Connection Scope: headers are an iterable of two-item iterables.", sets="generous", near=SCOPES)
def headers_are_of_a_class_of_their_own(parts):
    @override(parts.calls, "headers")
    def headers(original, self, headers):
        return Again(Again(pair) for pair in original(self, headers))


@choice("ASGI HTTP, Connection Scope: client and server are two-item iterables.", sets="old", near=SCOPES)
def addresses_are_lists(parts):
    for key in ("client", "server"):

        @in_scope(parts.http, key)
        def as_list(self, value):
            return value and list(value)


@choice("ASGI HTTP, Connection Scope: client and server are two-item iterables.", sets="generous", near=SCOPES)
def addresses_of_a_websocket_are_of_a_class_of_their_own(parts):
    for key in ("client", "server"):

        @in_scope(parts.websocket, key)
        def as_pair(self, value):
            return value and Again(value)


@choice("ASGI HTTP, Websocket Connection Scope: subprotocols are an iterable.", sets="modern", near=WEBSOCKET)
def subprotocols_are_a_tuple(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        return tuple(original(self))


@choice("ASGI HTTP, Websocket Connection Scope: subprotocols are an iterable.", sets="generous", near=WEBSOCKET)
def subprotocols_are_of_a_class_of_their_own(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        return Again(original(self))


@choice("ASGI, Applications: asgi is a dictionary, and an ordered one is one, too.", sets="old", near=SCOPES)
def asgi_is_an_ordered_dict(parts):
    @override(parts.scopes, "asgi")
    def asgi(original, self):
        return collections.OrderedDict(original(self))


@choice("ASGI, Extensions: extensions is a dict, and so is each entry.", sets="modern", near=(*SCOPES, "extensions/*"))
def extensions_are_ordered_dicts(parts):
    @override(parts.calls, "extensions")
    def extensions(original, self):
        offered = original(self)
        return collections.OrderedDict((name, collections.OrderedDict(entry)) for name, entry in offered.items())


class Namespace(dict[str, Any]):
    """A dict that says what it is for."""


@choice("Lifespan, Scope: state is a dict, and a subclass of dict is one.", sets="generous",
        near=(*SCOPES, "lifespan/state/*", "lifespan/scope/*"))  # fmt: skip
def state_is_of_a_subclass_of_dict(parts):
    @override(parts.lifespan, "__init__")
    def init(original, self, server):
        original(self, server)
        self.namespace = Namespace()

    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        state = original(self)
        return None if state is None else Namespace(state)


# --------------------------------------------------------------------------- left out


@choice("ASGI HTTP, Connection Scope: raw_path is optional, some servers cannot provide it.", sets="spare", near=SCOPES)
def no_raw_path(parts):
    for part in parts.calls:
        leave_out(part, "raw_path")


@choice("ASGI HTTP, Connection Scope: raw_path defaults to None, so None says the same (A01).", sets="old", near=SCOPES)
def raw_path_is_none(parts):
    for part in parts.calls:
        in_scope(part, "raw_path")(lambda self, value: None)


@choice("ASGI HTTP, Connection Scope: root_path may be missing, which is empty.", sets="spare", near=SCOPES)
def no_root_path_where_it_is_empty(parts):
    for part in parts.calls:
        where_default(part, "root_path", "")


@choice("ASGI HTTP, Connection Scope: scheme may be missing, which is http, or ws.", sets="spare", near=SCOPES)
def no_scheme_where_it_is_the_default(parts):
    where_default(parts.http, "scheme", "http")
    where_default(parts.websocket, "scheme", "ws")


@choice("ASGI HTTP, Websocket Connection Scope: query_string may be missing.", sets="spare", near=WEBSOCKET)
def no_query_string_of_a_websocket_without_one(parts):
    where_default(parts.websocket, "query_string", b"")


@choice("ASGI HTTP, Websocket Connection Scope: query_string may be None.", sets="old", near=WEBSOCKET)
def query_string_of_a_websocket_is_none(parts):
    in_scope(parts.websocket, "query_string")(lambda self, value: value or None)


@choice("ASGI HTTP, Websocket Connection Scope: http_version may be missing, which is 1.1.", sets="spare",
        near=WEBSOCKET)  # fmt: skip
def no_http_version_of_a_websocket(parts):
    where_default(parts.websocket, "http_version", "1.1")


@choice("ASGI HTTP, Websocket Connection Scope: subprotocols may be missing, which is none.", sets="spare",
        near=WEBSOCKET)  # fmt: skip
def no_subprotocols_where_none_is_offered(parts):
    where_default(parts.websocket, "subprotocols", [])


@choice("ASGI HTTP, Connection Scope: client and server are optional.", sets="spare", near=SCOPES)
def no_addresses(parts):
    for part in parts.calls:
        leave_out(part, "client")
        leave_out(part, "server")


@choice("ASGI HTTP, Connection Scope: client and server default to None (A01).", sets="bare", near=SCOPES)
def addresses_are_none(parts):
    for part in parts.calls:
        for key in ("client", "server"):
            in_scope(part, key)(lambda self, value: None)


@choice("ASGI HTTP, Websocket Connection Scope: client is optional in each scope by itself.", near=SCOPES)
def no_client_of_a_websocket(parts):
    leave_out(parts.websocket, "client")


@choice("ASGI, Extensions: the entry is optional, and what is not offered is unknown.", sets="spare",
        near=(*SCOPES, "extensions/*", "common/extensions/*", "tls/*"))  # fmt: skip
def no_extensions(parts):
    @override(parts.calls, "extensions")
    def extensions(original, self):
        return {}

    for part in parts.calls:
        leave_out(part, "extensions")
    parts.websocket.handlers = {
        type: name for type, name in parts.websocket.handlers.items() if not type.startswith("websocket.http.")
    }


@choice("ASGI, Extensions: a server need not support any; None where there are none is only noted (A68).", sets="old",
        near=(*SCOPES, "extensions/*", "common/extensions/*"))  # fmt: skip
def extensions_are_none_on_plain_connections(parts):
    in_scope(parts.websocket, "extensions")(lambda self, value: value or None)
    in_scope(parts.http, "extensions")(lambda self, value: value or None)


@choice("ASGI TLS: what a server cannot tell is None, and keys that are not mandatory may be missing.", sets="old",
        near="tls/*")  # fmt: skip
def tls_tells_nothing(parts):
    @override(parts.calls, "tls")
    def tls(original, self):
        return original(self) and {"server_cert": None, "tls_version": None, "cipher_suite": None}


@choice("ASGI TLS: the certificates are an iterable.", sets="generous", near="tls/*")
def tls_chain_is_a_tuple(parts):
    @override(parts.calls, "tls")
    def tls(original, self):
        given = original(self)
        return given and {**given, "client_cert_chain": tuple(given["client_cert_chain"])}


# --------------------------------------------------------------------------- added


@choice("ASGI, Error Handling: further keys are for upgrades of the protocol and harm nobody.", sets="generous",
        near=(*SCOPES, "lifespan/scope/*"))  # fmt: skip
def further_keys_in_every_scope(parts):
    @override(parts.scopes, "scope")
    def scope(original, self):
        return {**original(self), "x-vendor": object(), "pid": 1}


@choice("ASGI, Applications: asgi contains a version; nothing says that it contains no more.", sets="generous",
        near=SCOPES)  # fmt: skip
def further_keys_in_asgi(parts):
    @override(parts.scopes, "asgi")
    def asgi(original, self):
        return {**original(self), "server": "citizen", "features": ["all"]}


@choice("ASGI, Extensions: names are agreed upon between servers and applications.", sets="generous",
        near=(*SCOPES, "extensions/*"))  # fmt: skip
def extensions_that_nobody_knows(parts):
    @override(parts.calls, "extensions")
    def extensions(original, self):
        return {**original(self), "fullflush": {}, "x.vendor": {"level": 9, "call": print}}


@choice("Lifespan, Scope, read with ASGI, Extensions: the mechanism is that of all scopes (A73).", sets="generous",
        near="lifespan/scope/*")  # fmt: skip
def extensions_in_the_lifespan(parts):
    @override(parts.lifespan, "scope")
    def scope(original, self):
        return {**original(self), "extensions": {}}


# --------------------------------------------------------------------------- values


@choice("RFC 4291, section 2.5.5.2: who listens on both families sees IPv4 clients in this form.", sets="modern",
        near=SCOPES)  # fmt: skip
def addresses_are_mapped_into_ipv6(parts):
    @override(parts.calls, "address")
    def address(original, self, which):
        found = original(self, which)
        return (f"::ffff:{found[0]}", found[1]) if found and "." in found[0] and isinstance(found[1], int) else found


@choice("ASGI HTTP, Connection Scope: server is the listening address, which may be every one.", sets="generous",
        near=SCOPES)  # fmt: skip
def the_server_listens_everywhere(parts):
    @override(parts.calls, "server_address")
    def server_address(original, self):
        found = original(self)
        return ("0.0.0.0", found[1]) if found and isinstance(found[1], int) else found


@choice("ASGI HTTP, Connection Scope: nothing says what becomes of escapes that are no UTF-8 (A07).", sets="modern",
        near=SCOPES)  # fmt: skip
def what_is_no_utf8_becomes_surrogates(parts):
    decoding(parts, "surrogateescape")


@choice("ASGI HTTP, Connection Scope: nothing says what becomes of escapes that are no UTF-8 (A07).", sets="old",
        near=SCOPES)  # fmt: skip
def what_is_no_utf8_stays_escaped(parts):
    decoding(parts, "percent")


def decoding(parts, errors):
    @override(parts.calls, "decode")
    def decode(original, self, raw_path):
        text = original(self, raw_path)
        if "\ufffd" not in text:
            return text
        if errors == "percent":
            return raw_path.decode("latin-1")
        from urllib.parse import unquote_to_bytes

        return unquote_to_bytes(raw_path).decode("utf-8", errors)


@choice("ASGI HTTP, Connection Scope: the order of header names is not important for http.", sets="old",
        near="http/*")  # fmt: skip
def http_headers_are_grouped_by_name(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        found = list(original(self, headers))
        return sorted(found, key=lambda pair: pair[0])


@choice("ASGI HTTP, Connection Scope: the order of header names is not important for http.", sets="modern",
        near="http/*")  # fmt: skip
def host_comes_first(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return tuple(sorted(original(self, headers), key=lambda pair: pair[0] != b"host"))


@choice("ASGI HTTP, HTTP: chunked bodies reach the application de-chunked, so the field has served its turn.",
        sets="spare", near="http/*")  # fmt: skip
def transfer_encoding_is_left_out(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return original(self, [pair for pair in headers if pair[0].lower() != b"transfer-encoding"])


@choice("RFC 3875, section 4.1.18: x_a and x-a are the same in CGI, so some drop one; only noted.", sets="old",
        near="http/*")  # fmt: skip
def names_with_underscores_are_left_out(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return original(self, [pair for pair in headers if b"_" not in pair[0]])
