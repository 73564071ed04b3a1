"""What a server declares, and what it then need not do (ASGI HTTP, "Spec Versions")."""

from citizen.choosing import choice
from citizen.mutation import in_scope, override

NEAR = ("common/versions/*", "common/send/*", "http/send_closed/*", "http/scope/*", "websocket/send_closed/*",
        "websocket/close/*", "websocket/disconnect/*", "websocket/accept/*", "websocket/scope/*")  # fmt: skip


def declares(parts, *, http, websocket):
    """None: no spec_version, which stands for 2.0."""
    for part, version in ((parts.http, http), (parts.websocket, websocket)):
        declare(part, version)
        minor = int((version or "2.0")[2:])
        if minor < 4:
            sends_to_nobody_do_nothing(part)
        if minor < 2:
            in_scope(part, "server")(lambda self, value: value if value and value[1] is not None else None)
    minor = int((websocket or "2.0")[2:])
    if minor < 1:
        override(parts.websocket, "accept_headers")(lambda original, self, message: [])
    if minor < 3:
        override(parts.websocket, "close")(lambda original, self, code, reason: original(self, code, ""))
    if minor < 5:

        @override(parts.websocket, "disconnect_event")
        def disconnect_event(original, self, code, reason):
            return {key: value for key, value in original(self, code, reason).items() if key != "reason"}


def declare(part, version):
    @override(part, "asgi")
    def asgi(original, self):
        given = original(self)
        if version is None:
            del given["spec_version"]
        else:
            given["spec_version"] = version
        return given


def sends_to_nobody_do_nothing(part):
    override(part, "after_close")(lambda original, self, message: None)

    @override(part, "drain")
    async def drain(original, self):
        await self.connection.drain()


@choice("ASGI HTTP, Spec Versions: 2.0 has none of what came later, and a missing one is 2.0.", sets=("old", "bare"),
        near=NEAR)  # fmt: skip
def declares_nothing_for_http_and_2_0_for_websocket(parts):
    declares(parts, http=None, websocket="2.0")


@choice("ASGI HTTP, Spec Versions: 2.0 has none of what came later, and a missing version is 2.0.", near=NEAR)
def declares_2_0_for_http_and_nothing_for_websocket(parts):
    declares(parts, http="2.0", websocket=None)


@choice("ASGI HTTP, Spec Versions: 2.1 has headers in the accept, and no more.", near=NEAR)
def declares_2_1(parts):
    declares(parts, http="2.1", websocket="2.1")


@choice("ASGI HTTP, Spec Versions: 2.2 adds the path of a unix socket.", near=NEAR)
def declares_2_2(parts):
    declares(parts, http="2.2", websocket="2.2")


@choice("ASGI HTTP, Spec Versions: 2.3 adds reasons of the application; both scopes have a version each (A05).",
        sets="spare", near=NEAR)  # fmt: skip
def declares_2_3_for_http_and_2_4_for_websocket(parts):
    declares(parts, http="2.3", websocket="2.4")


@choice("ASGI HTTP, Spec Versions: both scopes have a version each (A05).", near=NEAR)
def declares_2_4_for_http_and_2_3_for_websocket(parts):
    declares(parts, http="2.4", websocket="2.3")


@choice("ASGI HTTP, Spec Versions: a server may know a version that is younger than these cases.", sets="generous",
        near=NEAR)  # fmt: skip
def declares_what_is_still_to_come(parts):
    declares(parts, http="2.6", websocket="2.6")


@choice("ASGI HTTP, Connection Scope: below 2.2 there was no way to tell a unix socket, and client is optional.",
        sets="old", near=("http/scope_addresses/*", "websocket/scope_addresses/*", "common/versions/*"))  # fmt: skip
def no_server_over_a_unix_socket(parts):
    for part in parts.calls:
        in_scope(part, "server")(lambda self, value: value if value and value[1] is not None else None)


@choice("ASGI HTTP, Disconnect: reason may be missing, or None, where there is none.", sets="modern",
        near="websocket/*")  # fmt: skip
def no_reason_is_none(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        return {**original(self, code, reason), "reason": reason or None}


@choice("ASGI HTTP, Disconnect: reason may be missing, or None, where there is none.", sets="spare", near="websocket/*")
def no_reason_is_left_out(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        return {key: value for key, value in original(self, code, reason).items() if value != ""}
