"""Sins against HTTP in what an application answers."""

from wsgi_server.mutation import mutant, override


@mutant(breaks=("wsgi.http.play-dumb", "wsgi.http.content-type-optional"))
def invents_a_content_type(parts):
    @override(parts.response, "added_headers")
    def added_headers(original, self):
        added = original(self)
        return added if self.has("content-type") else [*added, ("Content-Type", "text/html")]


@mutant(breaks="wsgi.http.play-dumb")
def makes_locations_absolute(parts):
    @override(parts.response, "application_headers")
    def application_headers(original, self):
        return [
            (name, f"http://{self.connection.address[0]}{value}" if name == "Location" else value)
            for name, value in original(self)
        ]


@mutant(breaks="wsgi.http.content-type-optional")
def wants_a_content_type(parts):
    @override(parts.rules, "check")
    def check(original, self, status, headers):
        original(self, status, headers)
        if not any(name.lower() == "content-type" for name, _ in headers):
            raise ValueError("there is no Content-Type")


@mutant(breaks="wsgi.http.cache-validation")
def says_304_and_sends_the_body(parts):
    @override(parts.response, "status_line")
    def status_line(original, self):
        matches = self.request and self.has("etag") and self.request.values(b"if-none-match")
        return "HTTP/1.1 304 Not Modified" if matches else original(self)


@mutant(breaks="wsgi.http.range")
def sends_a_part_for_the_whole(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, [b"".join(result)[2:5]] if self.request.values(b"range") else result)


@mutant(breaks="wsgi.http.status-without-body")
def sends_a_body_with_any_status(parts):
    @override(parts.response, "cut")
    def cut(original, self, block):
        return original(self, block) or (b"" if self.is_for_head() else block)


@mutant(breaks="wsgi.http.status-without-body")
def gives_a_length_to_no_content(parts):
    @override(parts.response, "framing_headers")
    def framing_headers(original, self):
        headers = original(self)
        return [*headers, ("Content-Length", "0")] if self.status.startswith("204") else headers


@mutant(breaks="wsgi.http.no-1xx-status")
def lets_interim_statuses_end_a_response(parts):
    @override(parts.rules, "check_status")
    def check_status(original, self, status):
        if not (isinstance(status, str) and status.startswith("1")):
            original(self, status)
