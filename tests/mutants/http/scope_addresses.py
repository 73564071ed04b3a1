"""Sins against client and server (ASGI HTTP, "HTTP Connection Scope")."""

from citizen.mutation import mutant, override


@mutant(breaks="http.scope.client.value")
def gives_the_client_port_as_text(parts):
    @override(parts.http, "client")
    def client(original, self):
        address = original(self)
        return address and (address[0], str(address[1]))


@mutant(breaks="http.scope.client.unix")
def makes_up_a_client_on_unix_sockets(parts):
    @override(parts.http, "client")
    def client(original, self):
        return original(self) or ("", None)


@mutant(breaks=("http.scope.server.value", "websocket.scope.client-server"))
def takes_the_server_from_the_host_header(parts):
    @override(parts.http, "server_address")
    def server_address(original, self):
        hosts, address = self.request.values(b"host"), original(self)
        return (hosts[0].decode(), address[1]) if hosts and address[1] else address


@mutant(breaks="http.scope.server.unix")
def gives_a_unix_socket_the_port_0(parts):
    @override(parts.http, "server_address")
    def server_address(original, self):
        host, port = original(self)
        return host, port or 0
