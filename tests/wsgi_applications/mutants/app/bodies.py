"""What WSGI applications return, write, read and log wrong (PEP 3333, "Specification Details" and what follows)."""

from wsgi_applications.changing import changed, has, is_root
from wsgi_applications.mutation import mutant


@mutant(breaks="wsgi.iterable.return-iterable")
def returns_nothing(application):
    return changed(application, result=lambda blocks: None, when=has("HEAD"))


@mutant(breaks="wsgi.iterable.return-iterable")
def returns_bytes(application):
    return changed(application, result=lambda blocks: b"", when=has("HEAD"))


@mutant(breaks=("wsgi.iterable.yields-bytes", "wsgi.content-length.app-underrun"))
def yields_text(application):
    return changed(application, result=lambda blocks: [block.decode() for block in blocks], when=has("GET"))


@mutant(breaks="wsgi.iterable.yields-bytes")
def yields_byte_arrays(application):
    return changed(application, result=lambda blocks: [*blocks, bytearray()], when=has("GET"))


class Measured:
    """Measures its bytes."""

    def __init__(self, blocks):
        self._blocks = list(blocks)

    def __iter__(self):
        return iter(self._blocks)

    def __len__(self):
        return sum(map(len, self._blocks)) + 1


@mutant(breaks="wsgi.iterable.len-accurate")
def measures_its_bytes(application):
    return changed(application, result=Measured, when=has("GET"))


def writing(application, write_of, result=list):
    """For OPTIONS, in another way."""

    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] != "OPTIONS":
            return application(environ, start_response)
        write_of(start_response("200 OK", [("Content-Type", "text/plain")]))
        return result()

    return mutated


@mutant(breaks="wsgi.write.app-bytes")
def writes_text(application):
    return writing(application, lambda write: write("text"))


@mutant(breaks="wsgi.write.still-return-iterable")
def returns_nothing_behind_what_it_writes(application):
    return writing(application, lambda write: write(b"data"), lambda: None)


@mutant(breaks="wsgi.write.not-from-iterable")
def writes_while_it_is_iterated(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] != "OPTIONS":
            return application(environ, start_response)
        return late(start_response("200 OK", [("Content-Type", "text/plain")]))

    def late(write):
        yield b"one"
        write(b"two")

    return mutated


@mutant(breaks="wsgi.write.discouraged")
def writes_for_no_reason(application):
    def mutated(environ, start_response):
        if not is_root(environ):
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])(b"0123456789")
        return []

    return mutated


# --------------------------------------------------------------------------- the streams


def using(application, use, method="POST"):
    """Before the model does anything."""

    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] == method:
            use(environ)
        return application(environ, start_response)

    return mutated


@mutant(breaks="wsgi.input.app-no-over-read")
def reads_whole_pages(application):
    def mutated(environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter(lambda: environ["wsgi.input"].read(65536), b"")

    return mutated


@mutant(breaks="wsgi.input.app-no-close")
def closes_the_input(application):
    return using(application, lambda environ: environ["wsgi.input"].close())


@mutant(breaks="wsgi.input.app-listed-methods")
def rewinds_the_input(application):
    return using(application, lambda environ: environ["wsgi.input"].seek(0))


@mutant(breaks="wsgi.input.app-empty-length")
def takes_an_empty_length_for_a_number(application):
    return using(application, lambda environ: int(environ.get("CONTENT_LENGTH", "0")))


@mutant(breaks="wsgi.input.app-empty-length")
def misses_the_length(application):
    return using(application, lambda environ: environ["CONTENT_LENGTH"])


@mutant(breaks="wsgi.errors.text-mode")
def logs_bytes(application):
    return using(application, lambda environ: environ["wsgi.errors"].write(b"bytes"), "GET")


@mutant(breaks="wsgi.errors.app-no-close")
def closes_the_log(application):
    return using(application, lambda environ: environ["wsgi.errors"].close(), "GET")


@mutant(breaks="wsgi.errors.app-listed-methods")
def asks_the_log_for_a_terminal(application):
    return using(application, lambda environ: environ["wsgi.errors"].isatty(), "GET")
