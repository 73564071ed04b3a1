"""Files that the WSGI application gives to `wsgi.file_wrapper`: they tell what is done with them.

Standard library only, Python 3.8 and later, as everything that runs in the environment of the server.
"""

from remote_values import decode


def file_of(command, tell):
    """The file of a command. `tell("close")`, `tell("read")` as it is used."""
    file = decode(command["file"])
    if command["consumed"]:
        file.read(command["consumed"])
    return KINDS[command["kind"]](file, tell)


class Bare:
    """Can be read, and nothing else."""

    def __init__(self, file, tell):
        self._file, self._tell = file, tell

    def read(self, *size):
        self._tell("read")
        return self._file.read(*size)


class Closable(Bare):
    def close(self):
        self._tell("close")
        self._file.close()


class WithDescriptor(Closable):
    """Has `fileno`, whatever that gives."""

    def fileno(self):
        return self._file.fileno()


class Positioned(WithDescriptor):
    """Can be sought in as well."""

    def seekable(self):
        return self._file.seekable()

    def tell(self):
        return self._file.tell()

    def seek(self, *where):
        return self._file.seek(*where)


def itself(file, tell):
    """The file as it is; only what closes it tells of it."""
    close = file.close

    def close_and_tell():
        tell("close")
        close()

    file.close = close_and_tell
    return file


KINDS = {
    "bare": Bare,
    "closable": Closable,
    "descriptor": WithDescriptor,
    "positioned": Positioned,
    "itself": itself,
}


class Delegate:
    """A wrapper inside another iterable, as middleware may have it: the items are changed, every other question is
    passed on."""

    def __init__(self, wrapper):
        self._wrapper = wrapper

    def __getattr__(self, name):
        return getattr(self._wrapper, name)

    def __iter__(self):
        return (block.upper() for block in self._wrapper)


INSIDE = {
    "": lambda wrapper: wrapper,
    "generator": lambda wrapper: (block.upper() for block in wrapper),
    "delegate": Delegate,
}
