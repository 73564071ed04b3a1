"""Sins against `wsgi.input` (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "Input and Error Streams")."""

import io

from applications.mutants.adapter.environ import with_methods
from applications.mutation import mutant


@mutant(breaks=("http.wsgi.input", "wsgi.input.readline-size"))
def reads_the_first_event_only(adapter):
    async def body(self, receive):
        return (await receive()).get("body", b"")

    return with_methods(adapter, body=body)


@mutant(breaks=("http.wsgi.input", "wsgi.input.readline-size"))
def gives_text(adapter):
    return with_methods(adapter, input=lambda self, body: io.StringIO(body.decode("latin-1"), newline=""))


@mutant(breaks=("http.wsgi.input", "wsgi.input.readline-size"))
def ends_lines_that_do_not_end(adapter):
    class Input(io.BytesIO):
        def readlines(self, *hint):
            return [line.rstrip(b"\n") + b"\n" for line in super().readlines(*hint)]

        def readline(self, *size):
            return b"" if size else super().readline()

    return with_methods(adapter, input=lambda self, body: Input(body))


@mutant(breaks="http.wsgi.input")
def gives_an_empty_line_for_an_empty_body(adapter):
    class Input(io.BytesIO):
        def __iter__(self):
            return iter(self.readlines() or [b""])

    return with_methods(adapter, input=lambda self, body: Input(body))


@mutant(breaks="wsgi.input.readline-size")
def pays_no_heed_to_the_size_of_a_line(adapter):
    class Input(io.BytesIO):
        def readline(self, *size):
            return super().readline()

    return with_methods(adapter, input=lambda self, body: Input(body))


@mutant(breaks=("http.wsgi.input", "wsgi.input.readline-size"))
def stops_at_an_empty_piece(adapter):
    async def body(self, receive):
        parts = []
        while not parts or parts[-1]:
            event = await receive()
            parts.append(event.get("body", b""))
            if not event.get("more_body"):
                break
        return b"".join(parts)

    return with_methods(adapter, body=body)
