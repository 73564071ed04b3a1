"""Sins against `wsgi.errors`."""

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.errors.methods")
def has_no_writelines(parts):
    parts.errors.writelines = None


@mutant(breaks=("wsgi.errors.text-mode", "wsgi.errors.methods", "wsgi.errors.unicode"))
def wants_bytes(parts):
    @override(parts.errors, "write")
    def write(original, self, text):
        self.emit(memoryview(text))
        return len(text)


@mutant(breaks="wsgi.errors.unicode")
def speaks_ascii_alone(parts):
    @override(parts.errors, "write")
    def write(original, self, text):
        return original(self, text.encode("ascii").decode())


@mutant(breaks="wsgi.errors.visible")
def throws_reports_away(parts):
    @override(parts.errors, "emit")
    def emit(original, self, data):
        pass


@mutant(breaks="wsgi.errors.visible")
def shows_reports_to_the_client(parts):
    reports = []

    @override(parts.errors, "emit")
    def emit(original, self, data):
        original(self, data)
        reports.append(data.decode("ascii", "backslashreplace").strip())

    @override(parts.response, "added_headers")
    def added_headers(original, self):
        shown = [("X-Report", report) for report in reports if report.isprintable()]
        reports.clear()
        return [*original(self), *shown]
