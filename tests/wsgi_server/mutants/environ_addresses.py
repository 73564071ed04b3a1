"""Sins against what the environ says of the two ends of a connection."""

from wsgi_server.mutation import in_environ, mutant, override


@mutant(breaks="wsgi.environ.server-name")
def has_no_name_on_a_unix_socket(parts):
    @in_environ(parts, "SERVER_NAME")
    def server_name(self, value):
        return value if self.connection.peer else ""


@mutant(breaks="wsgi.environ.server-port")
def has_no_port_on_a_unix_socket(parts):
    @in_environ(parts, "SERVER_PORT")
    def server_port(self, value):
        return value if self.connection.peer else ""


@mutant(breaks="wsgi.environ.server-port")
def has_a_path_for_a_port(parts):
    @in_environ(parts, "SERVER_PORT")
    def server_port(self, value):
        return value if self.connection.peer else self.connection.address


@mutant(breaks="wsgi.environ.server-protocol")
def leaves_the_zero_out(parts):
    @override(parts.environ, "server_protocol")
    def server_protocol(original, self):
        return original(self).removesuffix(".0")


@mutant(breaks="wsgi.environ.remote-addr")
def believes_the_first_of_several_addresses(parts):
    @override(parts.environ, "remote_addr")
    def remote_addr(original, self):
        forwarded = b",".join(self.request.values(b"x-forwarded-for"))
        return self.text(forwarded.partition(b",")[0]) if forwarded else original(self)


@mutant(breaks="wsgi.environ.remote-addr")
def believes_x_real_ip(parts):
    @override(parts.environ, "remote_addr")
    def remote_addr(original, self):
        real = self.request.values(b"x-real-ip")
        return self.text(real[0]) if real else original(self)


@mutant(breaks=("wsgi.environ.remote-addr", "wsgi.environ.other-cgi"))
def is_asked_by_itself(parts):
    @in_environ(parts, "REMOTE_ADDR")
    def remote_addr(self, value):
        return value and "192.0.2.1"


@mutant(breaks="wsgi.environ.other-cgi")
def has_a_gateway_of_its_own(parts):
    @in_environ(parts, "GATEWAY_INTERFACE")
    def gateway_interface(self, value):
        return "WSGI/1.0"


@mutant(breaks="wsgi.environ.tls-variables")
def says_nothing_of_tls(parts):
    @override(parts.environ, "tls")
    def tls(original, self):
        return {}
