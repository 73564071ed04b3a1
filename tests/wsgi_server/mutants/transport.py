"""Sins of one transport alone."""

import socket

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.transport.unix-socket")
def answers_no_client_without_an_address(parts):
    @override(parts.connection, "send")
    def send(original, self, data):
        original(self, data if self.peer else b"")


@mutant(breaks="wsgi.transport.tls")
def answers_without_encryption(parts):
    @override(parts.connection, "send")
    def send(original, self, data):
        if self.tls:
            socket.socket.sendall(self.sock, data)
        else:
            original(self, data)


@mutant(breaks="wsgi.transport.http2")
def never_ends_a_stream(parts):
    @override(parts.stream, "end")
    def end(original, self):
        pass


@mutant(breaks="wsgi.transport.http2")
def resets_every_stream(parts):
    @override(parts.stream, "end")
    def end(original, self):
        self.tell("reset_stream", self.number)


@mutant(breaks="wsgi.transport.http2")
def writes_chunks_into_a_stream(parts):
    @override(parts.stream_response, "framed")
    def framed(original, self, block):
        return b"%x\r\n%b\r\n" % (len(block), block)
