"""Sins against the reconstruction of URLs."""

from wsgi_server.mutation import in_environ, mutant, override


@mutant(breaks=("wsgi.url.server-consistent", "wsgi.environ.server-port"))
def tells_another_port(parts):
    @in_environ(parts, "SERVER_PORT")
    def server_port(self, value):
        return "1"


@mutant(
    breaks=(
        "wsgi.url.server-consistent",
        "wsgi.environ.script-name.value",
        "wsgi.environ.script-name.segment-boundary",
    )
)
def has_the_path_twice(parts):
    @override(parts.environ, "script_name")
    def script_name(original, self):
        return original(self) + self.path_info().rstrip("/")
