"""The first contact with a process that was started: when it is ready, and what an application does until then."""

from typing import Any

from asgi_conformance.acts import ClientCertificate, Tls
from asgi_conformance.codec import Made, encode
from asgi_conformance.introduction import advertised
from asgi_conformance.script import Over
from asgi_conformance.stage.connection import Connection, Refused
from asgi_conformance.stage.control import RemoteCall
from asgi_conformance.stage.house import Residence
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.stage.quic import Http3Connection
from asgi_conformance.timeline import End

MULTIPLEXED = (Over.HTTP2, Over.HTTP2_TLS, Over.HTTP3)
BELATED = 0.05  # seconds for a lifespan call that comes after the first request
KNOCK = 0.3  # seconds for a TLS handshake with a server that may still be waiting for its application

CLOSED = 4  # connections without a byte in answer, after which a server is taken not to speak HTTP/2

ACQUAINTANCE = ClientCertificate((("CN", "asgi-conformance"),))

Client = Connection | Http2Connection | Http3Connection


class Arrival:
    """Waits for a server, and attends to its lifespan meanwhile."""

    def __init__(self, hub: Hub, residence: Residence, patience: Patience) -> None:
        self._hub, self._residence, self._patience = hub, residence, patience
        self._clients: list[Client] = []
        self.ports: list[int | str] = []
        """Local ports of the clients that knocked: a call may come late."""
        self.absent = ""
        """Why nobody there speaks HTTP/2, once that is clear."""
        self._closed = 0

    def is_ready(self) -> bool:
        """Wait until it accepts connections, and a first request has reached the application.

        Some servers listen before their worker has loaded the application, so that a connection proves little. False
        when the process ends or the time is over.
        """
        residence = self._residence
        taken = self._hub.until(lambda: self._attended() or self._knocks(), self._patience.start)
        answered = taken and not self.absent and self._hub.until(self._attended, self._patience.start / 3)
        if answered and not self._hub.until(self._speaks, BELATED * 10):
            self.absent = self.absent or "it calls the application and does not answer as HTTP/2 does"
        if residence.tries and not answered and residence.process.status is None:
            self.absent = self.absent or "a connection that begins as HTTP/2 does leads to nothing"
        if answered and residence.lifespan is None:  # a server may serve too early; that is no lack of a lifespan
            self._hub.until(lambda: self._attended() and residence.lifespan is not None, BELATED)
        for client in self._clients:
            residence.offers_tunnels = isinstance(client, Http2Connection) and client.offers_tunnels
        for call in residence.channel.waiting:
            residence.advertised = advertised(call.scope)
            call.leave()
            call.close()
        residence.channel.waiting.clear()
        for client in self._clients:
            client.close()
        return residence.process.status is None and answered and not self.absent

    def _speaks(self) -> bool:
        """Whether connections with HTTP/2 have begun as they have to, or the process has ended."""
        for client in self._clients:
            self._pump(client)
        begun = all(client.met for client in self._clients if isinstance(client, Http2Connection))
        return begun or self._residence.process.status is not None

    def _attended(self) -> bool:
        """Whether a request has come, or nothing will, after a few milliseconds in which a lifespan is attended to."""
        channel, process = self._residence.channel, self._residence.process
        self._hub.until(lambda: channel.waiting or process.status is not None, 0.003)
        for client in self._clients:
            self._pump(client)
        for call in list(channel.waiting):
            if call.kind == "lifespan":
                channel.waiting.remove(call)
                self._residence.lifespan = call
                self._complete_startup(call)
            elif not self._clients:  # nobody has asked for anything yet: a scope that nobody knows
                channel.waiting.remove(call)
                call.leave()
        return process.status is not None or bool(channel.waiting)

    def _pump(self, client: Client) -> None:
        client.pump()
        if isinstance(client, Http2Connection) and client.refused:
            self.absent = "it answers the beginning of HTTP/2 with something else"

    def _complete_startup(self, call: RemoteCall) -> None:
        """What an application does at startup: a few things into the state, and the answer."""

        def told(**command: Any) -> bool:
            number = call.tell(**command)
            return self._hub.until(lambda: call.reply(number) or call.ended, self._patience.full)

        told(do="receive")
        if isinstance(call.value("state"), dict):
            for key, value in (("marker", Made("object")), ("items", []), ("a b", "é"), ("lock", Made("lock"))):
                told(do="scope", how="set", path=encode(["state", key]), value=encode(value))
        told(do="send", event=encode({"type": "lifespan.startup.complete"}))
        told(do="spawn", what="receive", name="shutdown")

    def _shown(self) -> Tls | None:
        """Some servers that ask for a certificate do not serve without one."""
        return Tls(certificate=ACQUAINTANCE) if self._residence.setting.client_certificates else None

    def _knocks(self) -> bool:
        """Send a first request, again on a new connection where nobody takes it; whether somebody takes it."""
        over = self._residence.setting.over
        try:
            connection = None if over is Over.HTTP3 else self._residence.connect(KNOCK, self._shown())
        except Refused:
            return False
        client: Client
        if connection is not None and over is Over.HTTP2_TLS and connection.alpn != "h2":
            connection.close()
            self.absent = f"ALPN chooses {connection.alpn or 'nothing'} where it could choose h2"
            return True
        if connection is not None and over not in MULTIPLEXED:
            client = connection
            # A server of WSGI serves a mounted application below its path alone; what ASGI's do is disputed.
            mount = self._residence.setting.root_path if self._residence.kind == "wsgi-server" else ""
            connection.send(f"GET {mount}/ready HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
        else:
            client = streams = self._residence.streams(connection)
            scheme = b"https" if self._residence.tls else b"http"
            fields = ((b":method", b"GET"), (b":scheme", scheme), (b":path", b"/ready"), (b":authority", b"test"))
            streams.request("ready", fields, b"", True)
            self._hub.until(lambda: streams.end is not End.OPEN, 0.02)  # a refused datagram is told at once
        if client.end is not End.OPEN:
            self._pump(client)
            client.close(reset=True)
            self._closed += isinstance(client, Http2Connection)
            if self._residence.tries and self._closed > CLOSED:
                self.absent = self.absent or "it closes connections that begin as HTTP/2 does"
            return bool(self.absent)
        self.ports.extend([client.port, "/ready"] if client.port else ["/ready"])
        self._clients.append(client)
        return True
