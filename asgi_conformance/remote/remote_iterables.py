"""What a call of our WSGI application returns, by the name that the script gives it.

They tell how the server uses them; what they give comes with the command, or is asked of the call, block by block.
"""

import itertools

from remote_values import decode, error_like


class Iterable:
    """What the call has returned: it tells how the server uses it, and what it gives is what the script says."""

    def __init__(self, call, command):
        self._call, self._command = call, command
        self._blocks = _prepared(command)
        self._closed = False

    def __iter__(self):
        self._tell("iter")
        return self

    def __next__(self):
        self._tell("next")
        if self._blocks is not None:
            return self._next_block()
        return self._call.next_block()

    def _next_block(self):
        for block in self._blocks if not self._closed else ():
            return block
        if not self._closed:
            self._tell("end")
        raise StopIteration

    def _tell(self, what):
        self._call.line.tell(used=what)


def _prepared(command):
    """The items of an iterable that needs no script, so many times; None where the script says each."""
    if command["blocks"] is None:
        return None
    return itertools.chain.from_iterable(itertools.repeat(decode(command["blocks"]), command["times"]))


class Closable(Iterable):
    def close(self):
        self._tell("close")
        self._closed = True
        if self._command["error"]:
            raise error_like(*self._command["error"])


class Held(Closable):
    """Its `close` comes back when the script says so."""

    def close(self):
        super().close()
        self._call.waits_for_release()


class Sized(Closable):
    def __len__(self):
        return self._command["length"]


class Strict(Closable):
    """Nothing but what the specification names is to be asked of it."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self._tell("attribute " + name)
        raise AttributeError(name)


class Falsy(Closable):
    """Counts as false."""

    def __bool__(self):
        return False


class Decoys(Closable):
    """Has more than a server may use, and tells what of it is used."""

    name = "a file of this name"

    def read(self, *size):
        return self._decoy("read", b"")

    def fileno(self):
        raise OSError(self._decoy("fileno", "no descriptor"))

    def __getitem__(self, number):
        raise IndexError(self._decoy("__getitem__", number))

    def _decoy(self, name, value):
        self._tell("attribute " + name)
        return value


class Separate:
    """An iterable whose iterator is another object: `close` is here, and `__next__` there."""

    def __init__(self, call, command):
        self._iterator = Iterable(call, command)
        self.close = Closable(call, command).close

    def __iter__(self):
        return iter(self._iterator)


class Items:
    """The old way to be iterated: items by their number."""

    def __init__(self, call, command):
        self._iterator = Closable(call, command)
        self.close = self._iterator.close

    def __getitem__(self, number):
        try:
            return next(self._iterator)
        except StopIteration:
            raise IndexError(number) from None


SHAPES = {
    "closable": Closable,
    "plain": Iterable,
    "held": Held,
    "sized": Sized,
    "strict": Strict,
    "falsy": Falsy,
    "decoys": Decoys,
    "separate": Separate,
    "items": Items,
}
