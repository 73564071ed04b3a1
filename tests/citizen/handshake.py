"""The opening handshake of a WebSocket (RFC 6455, section 4.2)."""

import base64
import re
from typing import Final

from citizen.messages import Headers, InvalidMessage
from citizen.request import Refused, Request

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY: Final = re.compile(rb"[A-Za-z0-9+/]{22}==")
WORD: Final = rb"[!#$%&'*+\-.^_`|~\w]+"
PARAMETER: Final = rb"[ \t]*;[ \t]*" + WORD + rb"([ \t]*=[ \t]*(" + WORD + rb'|"' + WORD + rb'"))?'
EXTENSION: Final = re.compile(WORD + rb"(" + PARAMETER + rb")*")

OURS: Final = frozenset(
    {
        b"connection",
        b"upgrade",
        b"content-length",
        b"transfer-encoding",
        b"sec-websocket-accept",
        b"sec-websocket-extensions",
    }
)
"""Fields of the handshake that an application may name, and that are not taken from it."""


class Handshake:
    """No extension is ever negotiated."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def wanted(self) -> bool:
        """Whether this request asks for a WebSocket at all; if not it is an ordinary one."""
        return (
            self.request.method == "GET"
            and self.request.version == "1.1"
            and self.request.has_token(b"upgrade", b"websocket")
            and self.request.has_token(b"connection", b"upgrade")
        )

    def check(self) -> None:
        """Raise `Refused` for a handshake that cannot succeed, before the application hears of it."""
        keys = self.request.values(b"sec-websocket-key")
        if self.request.values(b"sec-websocket-version") != [b"13"]:
            raise Refused(426, "version", [(b"upgrade", b"websocket"), (b"sec-websocket-version", b"13")])
        if len(keys) != 1 or not KEY.fullmatch(keys[0]):
            raise Refused(400, "not one Sec-WebSocket-Key of 16 bytes")
        if self.request.values(b"content-length") not in ([], [b"0"]) or self.request.values(b"transfer-encoding"):
            raise Refused(400, "a handshake has no body")
        self.check_offers()

    def check_offers(self) -> None:
        for offer in self.request.tokens(b"sec-websocket-extensions"):
            if not EXTENSION.fullmatch(offer):
                raise Refused(400, "no extension offer")

    def subprotocols(self) -> list[str]:
        return [offer.decode("latin-1") for offer in self.request.tokens(b"sec-websocket-protocol")]

    def accept_key(self) -> bytes:
        import hashlib  # here, because a start without WebSockets is to be quick

        key = self.request.values(b"sec-websocket-key")[0]
        return base64.b64encode(hashlib.sha1(key + GUID).digest())

    def check_reply(self, subprotocol: str | None, headers: Headers) -> None:
        if any(name.lower() == b"sec-websocket-protocol" for name, _ in headers):
            raise InvalidMessage("the subprotocol is no header of the application")
        if subprotocol is not None and subprotocol not in self.subprotocols():
            raise InvalidMessage(f"the client did not offer {subprotocol!r}")

    def reply(self, subprotocol: str | None, headers: Headers) -> bytes:
        """The 101 response."""
        fields = [*self.reply_fields(), *self.subprotocol_fields(subprotocol), *self.application_fields(headers)]
        return b"HTTP/1.1 101 Switching Protocols\r\n" + b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n"

    def reply_fields(self) -> Headers:
        return [(b"upgrade", b"websocket"), (b"connection", b"Upgrade"), (b"sec-websocket-accept", self.accept_key())]

    def subprotocol_fields(self, subprotocol: str | None) -> Headers:
        return [] if subprotocol is None else [(b"sec-websocket-protocol", subprotocol.encode("latin-1"))]

    def application_fields(self, headers: Headers) -> Headers:
        return [(name, value) for name, value in headers if name.lower() not in OURS]
