"""Sins against `wsgi.input`."""

from wsgi_server.mutation import mutant, override


@mutant(
    breaks=("wsgi.input.methods", "wsgi.input.readlines", "wsgi.input.readlines-hint", "wsgi.input.exhausted-empty")
)
def has_no_readlines(parts):
    parts.input.readlines = None


@mutant(breaks="wsgi.input.bytes-type")
def gives_bytearrays_where_more_has_come(parts):
    @override(parts.input, "read")
    def read(original, self, size=-1, /):
        data = original(self, size)
        return bytearray(data) if data and self.buffer else data


@mutant(breaks=("wsgi.input.read-size", "wsgi.input.shared-position"))
def reads_more_than_it_is_asked_for(parts):
    @override(parts.input, "read")
    def read(original, self, size=-1, /):
        return original(self, size + 1 if size and size > 0 else size)


@mutant(breaks="wsgi.input.read-zero")
def reads_all_for_zero(parts):
    @override(parts.input, "read")
    def read(original, self, size=-1, /):
        return original(self, size or -1)


@mutant(breaks=("wsgi.input.read-no-arg", "wsgi.input.exhausted-empty", "wsgi.input.empty-body"))
def wants_a_size(parts):
    @override(parts.input, "read")
    def read(original, self, size, /):
        return original(self, size)


@mutant(breaks="wsgi.input.read-negative")
def reads_nothing_for_a_negative_size(parts):
    @override(parts.input, "read")
    def read(original, self, *size):
        return b"" if size and (size[0] is None or size[0] < 0) else original(self, *size)


@mutant(breaks="wsgi.input.eof-at-content-length")
def reads_into_the_next_request(parts):
    @override(parts.sized_body, "receive")
    def receive(original, self, limit):
        return original(self, limit) if self.left or not self.connection.buffer else self.connection.receive(limit)


@mutant(breaks=("wsgi.input.exhausted-empty", "wsgi.input.empty-body"))
def raises_when_it_is_read_again(parts):
    @override(parts.input, "read")
    def read(original, self, *size):
        data = original(self, *size)
        if not data and vars(self).get("ended"):
            raise ValueError("I/O operation on closed file")
        self.ended = not data
        return data


@mutant(breaks=("wsgi.input.empty-body", "wsgi.input.readlines", "wsgi.input.iter"))
def has_nothing_where_nothing_comes(parts):
    @override(parts.environ, "wsgi")
    def wsgi(original, self):
        given = original(self)
        return {**given, "wsgi.input": None} if self.request.length == 0 else given


@mutant(
    breaks=(
        "wsgi.input.readline",
        "wsgi.input.readline-size",
        "wsgi.input.readlines",
        "wsgi.input.readlines-hint",
        "wsgi.input.iter",
    )
)
def strips_the_end_of_a_line(parts):
    @override(parts.input, "readline")
    def readline(original, self, *size):
        line = original(self, *size)
        return line.rstrip(b"\r\n") or line


@mutant(breaks="wsgi.input.readline-size")
def ignores_the_size_of_a_line(parts):
    @override(parts.input, "readline")
    def readline(original, self, *size):
        return original(self)


@mutant(breaks="wsgi.input.line-terminator")
def ends_lines_at_carriage_returns(parts):
    @override(parts.input, "readlines")
    def readlines(original, self, *hint):
        return [part for line in original(self, *hint) for part in line.splitlines(keepends=True)]


@mutant(breaks=("wsgi.input.shared-position", "wsgi.input.readlines-hint"))
def reads_ahead_to_iterate(parts):
    @override(parts.input, "__iter__")
    def __iter__(original, self):
        return iter(list(iter(self.readline, b"")))


@mutant(breaks="wsgi.input.readlines")
def ends_the_last_line_too(parts):
    @override(parts.input, "readlines")
    def readlines(original, self, *hint):
        return [line if line.endswith(b"\n") else line + b"\n" for line in original(self, *hint)]


@mutant(breaks="wsgi.input.readlines-hint")
def takes_the_hint_for_a_count(parts):
    @override(parts.input, "readlines")
    def readlines(original, self, hint=-1, /):
        return [self.readline() for _ in range(hint)] if hint and hint > 0 else original(self)


@mutant(breaks=("wsgi.input.iter", "wsgi.input.exhausted-empty", "wsgi.input.empty-body"))
def iterates_over_one_more(parts):
    @override(parts.input, "__iter__")
    def __iter__(original, self):
        yield from iter(self.readline, b"")
        yield b""

    @override(parts.input, "readlines")
    def readlines(original, self, hint=-1, /):
        return original(self, hint)[:-1] if hint is None or hint <= 0 else original(self, hint)


@mutant(
    breaks=("wsgi.input.binary-clean", "wsgi.input.large-body", "wsgi.input.chunked-decoded", "wsgi.input.readline")
)
def reads_text(parts):
    @override(parts.input, "take")
    def take(original, self, size):
        return original(self, size).replace(b"\r\n", b"\n")


@mutant(breaks="wsgi.input.large-body")
def ends_after_a_mebibyte(parts):
    limit = 1 << 20

    @override(parts.input, "more")
    def more(original, self):
        self.total = vars(self).get("total", 0)
        before = len(self.buffer)
        found = self.total < limit and original(self)
        self.total += len(self.buffer) - before
        return found


@mutant(
    breaks=(
        "wsgi.input.slow-body",
        "wsgi.input.readline",
        "wsgi.input.readline-size",
        "wsgi.input.readlines",
        "wsgi.expect.read-blocks",
    )
)
def takes_a_pause_for_the_end(parts):
    @override(parts.bodies, "part")
    def part(original, self, limit):
        self.patience = 0.01
        try:
            return original(self, limit)
        except TimeoutError:
            self.done = True
            return b""


@mutant(breaks="wsgi.input.truncated-body")
def fills_a_truncated_body_up(parts):
    @override(parts.sized_body, "part")
    def part(original, self, limit):
        left = self.left
        try:
            return original(self, limit)
        except OSError:
            self.left = 0
            return bytes(left)


@mutant(breaks="wsgi.input.truncated-body")
def believes_that_a_truncated_body_is_whole(parts):
    @override(parts.chunked_body, "take")
    def take(original, self, limit):
        try:
            return original(self, limit)
        except OSError:
            self.done = True
            return b""


@mutant(breaks="wsgi.input.chunked-decoded")
def shows_the_sizes_of_chunks(parts):
    @override(parts.chunked_body, "line")
    def line(original, self):
        self.last_line = original(self)
        return self.last_line

    @override(parts.chunked_body, "take")
    def take(original, self, limit):
        begins = self.left == 0
        data = original(self, limit)
        return self.last_line + data if begins and data else data


@mutant(breaks=("wsgi.input.chunked-length", "wsgi.input.large-body"))
def says_that_a_chunked_body_has_no_bytes(parts):
    @override(parts.environ, "content_length")
    def content_length(original, self):
        return "0" if self.request.length is None else original(self)
