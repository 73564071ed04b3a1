"""Sins against the `wsgi.` variables."""

from wsgi_server.mutation import in_environ, leave_out, mutant, override


@mutant(breaks="wsgi.environ.version")
def has_a_list_for_a_version(parts):
    @in_environ(parts, "wsgi.version")
    def version(self, value):
        return [1, 0]


@mutant(breaks="wsgi.environ.version")
def is_of_version_1_1(parts):
    @in_environ(parts, "wsgi.version")
    def version(self, value):
        return (1, 1)


@mutant(breaks="wsgi.environ.url-scheme")
def says_http_under_tls(parts):
    @override(parts.environ, "url_scheme")
    def url_scheme(original, self):
        return "http"


@mutant(breaks=("wsgi.environ.url-scheme", "wsgi.url.server-consistent"))
def shouts_the_scheme(parts):
    @override(parts.environ, "url_scheme")
    def url_scheme(original, self):
        return original(self).upper()


@mutant(breaks="wsgi.environ.url-scheme.untrusted-forwarded")
def believes_the_forwarded_scheme(parts):
    @override(parts.environ, "url_scheme")
    def url_scheme(original, self):
        forwarded = self.request.values(b"x-forwarded-proto")
        return self.text(forwarded[0]) if forwarded else original(self)


@mutant(breaks=("wsgi.environ.multithread", "wsgi.thread.flag-honoured"))
def hides_its_threads(parts):
    @in_environ(parts, "wsgi.multithread")
    def multithread(self, value):
        return False


@mutant(breaks="wsgi.environ.multithread")
def says_nothing_of_threads(parts):
    leave_out(parts, "wsgi.multithread")


@mutant(breaks="wsgi.environ.multiprocess")
def claims_many_processes(parts):
    @in_environ(parts, "wsgi.multiprocess")
    def multiprocess(self, value):
        return True


@mutant(breaks="wsgi.environ.run-once")
def claims_to_run_once(parts):
    @in_environ(parts, "wsgi.run_once")
    def run_once(self, value):
        return True


@mutant(breaks="wsgi.environ.multiprocess")
def says_nothing_of_processes(parts):
    leave_out(parts, "wsgi.multiprocess")


@mutant(breaks="wsgi.environ.run-once")
def says_nothing_of_further_calls(parts):
    leave_out(parts, "wsgi.run_once")


@mutant(breaks="wsgi.environ.url-scheme.untrusted-forwarded")
def takes_any_scheme_from_a_proxy(parts):
    @override(parts.environ, "url_scheme")
    def url_scheme(original, self):
        forwarded = [self.text(value) for value in self.request.values(b"x-forwarded-proto")]
        return forwarded[0] if forwarded and forwarded[0] not in ("http", "https") else original(self)
