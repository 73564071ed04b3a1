"""Sins against the environ as a whole, and against the variables of CGI."""

import os
from collections import OrderedDict

from wsgi_server.mutation import in_environ, leave_out, mutant, override


class Path(str):
    """A path, with more to it than a str has."""

    __slots__ = ()


@mutant(breaks=("wsgi.call.environ-fresh", "wsgi.environ.http-vars.presence"))
def reuses_the_dict(parts):
    @override(parts.environ, "build")
    def build(original, self):
        environ = vars(self.connection).setdefault("environ", {})
        environ.update(original(self))
        return environ


@mutant(breaks="wsgi.environ.builtin-dict")
def gives_a_subclass_of_dict(parts):
    @override(parts.environ, "build")
    def build(original, self):
        return OrderedDict(original(self))


@mutant(breaks="wsgi.environ.mutable")
def reads_the_environ_afterwards(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        result = original(self, environ)
        assert environ["REQUEST_METHOD"]
        return result


@mutant(breaks="wsgi.environ.keys-native-str")
def has_a_key_of_bytes(parts):
    @override(parts.environ, "build")
    def build(original, self):
        return {**original(self), b"x.raw": "1"}


@mutant(breaks=("wsgi.environ.values-native-str", "wsgi.environ.server-port"))
def gives_the_port_as_a_number(parts):
    @in_environ(parts, "SERVER_PORT")
    def server_port(self, value):
        return int(value)


@mutant(
    breaks=(
        "wsgi.environ.latin1-only",
        "wsgi.environ.path-info.utf8-as-latin1",
        "wsgi.environ.path-info.invalid-utf8",
        "wsgi.url.server-consistent",
    )
)
def decodes_the_path_as_utf_8(parts):
    @override(parts.environ, "path_info")
    def path_info(original, self):
        return original(self).encode("latin-1").decode("utf-8", "surrogateescape")


@mutant(breaks="wsgi.environ.missing-left-out")
def has_a_user_called_none(parts):
    @in_environ(parts, "REMOTE_USER")
    def remote_user(self, value):
        return "None"


@mutant(breaks=("wsgi.environ.os-variables", "wsgi.environ.latin1-only"))
def lets_the_shell_win(parts):
    @override(parts.environ, "build")
    def build(original, self):
        return {**original(self), **os.environ}


@mutant(breaks="wsgi.environ.server-defined-names")
def adds_a_key_without_a_prefix(parts):
    @in_environ(parts, "clientId")
    def client_id(self, value):
        return "1"


@mutant(breaks="wsgi.environ.request-method.verbatim")
def writes_methods_in_capitals(parts):
    @override(parts.environ, "request_method")
    def request_method(original, self):
        return original(self).upper()


@mutant(breaks=("wsgi.environ.request-method.present", "wsgi.head.method-visible"))
def calls_head_get(parts):
    @override(parts.environ, "request_method")
    def request_method(original, self):
        return original(self).replace("HEAD", "GET")


@mutant(breaks="wsgi.environ.server-protocol")
def always_says_http_1_1(parts):
    @override(parts.environ, "server_protocol")
    def server_protocol(original, self):
        return "HTTP/1.1"


@mutant(breaks=("wsgi.environ.server-name", "wsgi.url.server-consistent"))
def has_no_name(parts):
    leave_out(parts, "SERVER_NAME")


@mutant(breaks=("wsgi.environ.server-port", "wsgi.url.server-consistent"))
def believes_the_port_of_the_host_field(parts):
    @override(parts.environ, "server_port")
    def server_port(original, self):
        host = b"".join(self.request.values(b"host"))
        return host.rpartition(b":")[2].decode("latin-1") if b":" in host else "80"


@mutant(breaks="wsgi.environ.content-length.verbatim")
def invents_a_length_of_zero(parts):
    @override(parts.environ, "content_length")
    def content_length(original, self):
        return original(self) or "0"


@mutant(breaks="wsgi.environ.content-type.verbatim")
def drops_the_parameters_of_the_type(parts):
    @override(parts.environ, "content_type")
    def content_type(original, self):
        value = original(self)
        return value and value.partition(";")[0]


@mutant(breaks="wsgi.environ.content-not-duplicated")
def has_the_length_twice(parts):
    parts.environ.elsewhere = frozenset({b"transfer-encoding"})


@mutant(breaks=("wsgi.environ.other-cgi", "wsgi.environ.remote-addr"))
def believes_who_the_client_was(parts):
    @override(parts.environ, "remote_addr")
    def remote_addr(original, self):
        forwarded = self.request.values(b"x-forwarded-for")
        return forwarded[0].decode("latin-1") if forwarded else "0.0.0.0"


@mutant(breaks="wsgi.environ.tls-variables")
def claims_https_everywhere(parts):
    @in_environ(parts, "HTTPS")
    def https(self, value):
        return "on"


@mutant(breaks="wsgi.environ.deployer-values")
def ignores_what_the_deployer_wants(parts):
    @override(parts.environ, "deployer")
    def deployer(original, self):
        return {}


@mutant(breaks="wsgi.environ.remote-addr")
def trusts_anyone_with_the_address(parts):
    @override(parts.environ, "remote_addr")
    def remote_addr(original, self):
        forwarded = self.request.values(b"x-forwarded-for")
        return forwarded[0].decode("latin-1") if forwarded else original(self)


@mutant(breaks="wsgi.environ.values-native-str")
def gives_the_client_s_port_as_a_number(parts):
    """It is no variable of CGI, and named like one."""

    @in_environ(parts, "REMOTE_PORT")
    def remote_port(self, value):
        return int(value) if value else None


@mutant(breaks="wsgi.environ.values-native-str")
def has_a_class_for_paths(parts):
    @in_environ(parts, "PATH_INFO")
    def path_info(self, value):
        return Path(value)


@mutant(breaks="wsgi.environ.keys-native-str")
def has_a_class_for_keys(parts):
    @override(parts.environ, "build")
    def build(original, self):
        return {Path(key) if key == "PATH_INFO" else key: value for key, value in original(self).items()}


@mutant(breaks="wsgi.environ.mutable")
def looks_for_the_method_at_the_end(parts):
    @override(parts.call, "environ")
    def environ(original, self):
        self.given = original(self)
        return self.given

    @override(parts.call, "complete")
    def complete(original, self):
        if self.given["REQUEST_METHOD"]:
            original(self)


@mutant(breaks="wsgi.environ.mutable")
def believes_the_method_that_the_application_sees(parts):
    @override(parts.call, "environ")
    def environ(original, self):
        self.response.environ = original(self)
        return self.response.environ

    @override(parts.response, "is_for_head")
    def is_for_head(original, self):
        return vars(self).get("environ", {}).get("REQUEST_METHOD") == "HEAD" or original(self)


@mutant(breaks="wsgi.environ.latin1-only")
def decodes_cookies_as_utf_8(parts):
    @in_environ(parts, "HTTP_COOKIE")
    def cookie(self, value):
        return value and value.encode("latin-1").decode("utf-8", "replace")


@mutant(breaks="wsgi.environ.latin1-only")
def copies_the_system_s_variables_as_they_are(parts):
    @override(parts.environ, "deployer")
    def deployer(original, self):
        names = [name for name in os.environ if not name.startswith("HTTP_")]
        return {**{name: os.environ[name] for name in names}, **original(self)}


@mutant(breaks="wsgi.environ.os-variables")
def takes_the_system_s_variables_for_fields(parts):
    @override(parts.environ, "deployer")
    def deployer(original, self):
        fields = {name: value for name, value in os.environ.items() if name.startswith("HTTP_")}
        return {**fields, **original(self)}


@mutant(breaks=("wsgi.environ.missing-left-out", "wsgi.environ.other-cgi"))
def has_a_dash_for_a_host(parts):
    @in_environ(parts, "REMOTE_HOST")
    def remote_host(self, value):
        return "-"


@mutant(breaks="wsgi.extension.bound-to-api")
def hands_out_its_socket(parts):
    @in_environ(parts, "wsgi_server.socket")
    def connection(self, value):
        return self.connection.sock
