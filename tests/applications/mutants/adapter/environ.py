"""Sins against the environ (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "environ Variables")."""

from urllib.parse import unquote

from applications.mutation import mutant


def with_methods(adapter, **methods):
    """The adapter with other methods, which are called as the old ones are."""
    return type("Mutated", (type(adapter),), methods)(adapter.application)


def with_environ(adapter, change):
    """The adapter with variables that a function of (variables, scope) has had in its hands."""
    model = type(adapter)

    def environ(self, scope, body):
        variables = model.environ(self, scope, body)
        return change(variables, scope) or variables

    return with_methods(adapter, environ=environ)


# --------------------------------------------------------------------------- the request


@mutant(breaks="http.wsgi.environ.request")
def decodes_the_query(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "QUERY_STRING": unquote(found["QUERY_STRING"])})


@mutant(breaks=("http.wsgi.environ.request", "http.scope.app-query-bytes"))
def forgets_the_query(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "QUERY_STRING": ""})


@mutant(breaks="http.scope.app-query-bytes")
def takes_the_query_for_ascii(adapter):
    def change(found, scope):
        scope["query_string"].decode("ascii")

    return with_environ(adapter, change)


@mutant(breaks="http.wsgi.environ.request")
def always_speaks_of_http_1_1(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "SERVER_PROTOCOL": "HTTP/1.1"})


@mutant(breaks="http.wsgi.environ.request")
def needs_a_scheme(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "wsgi.url_scheme": scope["scheme"]})


@mutant(breaks="http.wsgi.environ.request")
def always_speaks_of_the_scheme_http(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "wsgi.url_scheme": "http"})


# --------------------------------------------------------------------------- the path


@mutant(breaks="http.wsgi.environ.path")
def leaves_the_root_path_in_the_path(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "PATH_INFO": scope["path"].encode().decode("latin-1")})


@mutant(breaks="http.wsgi.environ.path")
def leaves_the_path_as_text(adapter):
    def change(found, scope):
        return {
            name: encoded(value) if name in ("SCRIPT_NAME", "PATH_INFO") else value for name, value in found.items()
        }

    def encoded(value):
        return value.encode("latin-1").decode("utf-8")

    return with_environ(adapter, change)


@mutant(breaks="http.wsgi.environ.path")
def decodes_the_path_again(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "PATH_INFO": unquote(found["PATH_INFO"])})


@mutant(breaks="http.wsgi.environ.path")
def cuts_segments(adapter):
    def paths(self, scope):
        root = scope.get("root_path", "")
        path = scope["path"].removeprefix(root)
        return {"SCRIPT_NAME": root.encode().decode("latin-1"), "PATH_INFO": path.encode().decode("latin-1")}

    return with_methods(adapter, paths=paths)


@mutant(breaks="http.wsgi.environ.path")
def needs_a_root_path(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "x": scope["root_path"]})


# --------------------------------------------------------------------------- header fields


@mutant(breaks=("http.wsgi.environ.headers", "http.scope.app-header-case"))
def makes_http_variables_of_all_fields(adapter):
    def fields(self, headers):
        found = model.fields(self, headers)
        own = ("CONTENT_TYPE", "CONTENT_LENGTH")
        return {f"HTTP_{name}" if name in own else name: value for name, value in found.items()}

    model = type(adapter)
    return with_methods(adapter, fields=fields)


@mutant(breaks="http.wsgi.environ.headers")
def keeps_the_last_of_repeated_fields(adapter):
    model = type(adapter)
    return with_methods(adapter, fields=lambda self, headers: model.fields(self, dict(headers).items()))


@mutant(breaks="http.wsgi.environ.headers")
def joins_cookies_by_commas(adapter):
    def fields(self, headers):
        found = model.fields(self, headers)
        cookies = [value.decode("latin-1") for name, value in headers if name == b"cookie"]
        return {**found, "HTTP_COOKIE": ",".join(cookies)} if cookies else found

    model = type(adapter)
    return with_methods(adapter, fields=fields)


@mutant(breaks="http.wsgi.environ.headers")
def decodes_fields_as_utf_8(adapter):
    def fields(self, headers):
        found = model.fields(self, headers)
        return {name: value.encode("latin-1").decode("utf-8", "replace") for name, value in found.items()}

    model = type(adapter)
    return with_methods(adapter, fields=fields)


@mutant(breaks="http.scope.app-header-case")
def knows_names_in_lower_case_only(adapter):
    def fields(self, headers):
        return model.fields(self, [field for field in headers if field[0] == field[0].lower()])

    model = type(adapter)
    return with_methods(adapter, fields=fields)


# --------------------------------------------------------------------------- addresses


@mutant(breaks="http.wsgi.environ.addresses")
def needs_a_server(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "SERVER_NAME": scope["server"][0]})


@mutant(breaks="http.wsgi.environ.addresses")
def gives_the_port_as_it_is(adapter):
    def change(found, scope):
        return {**found, "SERVER_PORT": scope["server"][1]} if scope.get("server") else None

    return with_environ(adapter, change)


@mutant(breaks="http.wsgi.environ.addresses")
def gives_the_port_none(adapter):
    def change(found, scope):
        return {**found, "SERVER_PORT": str(scope["server"][1])} if scope.get("server") else None

    return with_environ(adapter, change)


@mutant(breaks="http.wsgi.environ.addresses")
def needs_a_client(adapter):
    return with_environ(adapter, lambda found, scope: {**found, "REMOTE_ADDR": scope["client"][0]})


@mutant(breaks="http.wsgi.environ.addresses")
def leaves_out_the_port_of_the_client(adapter):
    return with_environ(adapter, lambda found, scope: found.pop("REMOTE_PORT", None) and None)
