"""Values on their way between processes, where they live: inspected with their exact types, and made.

Standard library only, Python 3.8 and later: what is played inside a subject's process shares this file.
`asgi_conformance/codec.py` is the other half.
"""

import collections
import collections.abc
import enum
import gzip
import hashlib
import io
import itertools
import math
import os
import sys
import tempfile
import threading

LONG = 1 << 17  # bytes; beyond this a value travels as length and digest
MANY = 10000  # items of an iterable; some never end
_files = collections.deque(maxlen=4)  # the last that were made, for `same-file`

# --------------------------------------------------------------------------- telling


def encode(value, depth=0):
    """See asgi_conformance/codec.py. The exact type is told, for a bytearray is not bytes."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float and math.isfinite(value):
        return value
    if kind is bytes:
        return encode_bytes(value)
    if depth > 12:
        return {"f": type_name(value), "v": None, "s": "nested too deeply"}
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind is tuple:
        return {"t": [encode(item, depth + 1) for item in value]}
    if kind is dict:
        return {"d": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in list(value.items())]}
    return {"f": type_name(value), "v": _beneath(value, depth), "s": _text(value)}


def encode_bytes(value):
    if len(value) > LONG:
        return {"B": [len(value), hashlib.sha256(value).hexdigest(), value[:64].decode("latin-1")]}
    return {"b": value.decode("latin-1")}


def type_name(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__


def _text(value):
    try:
        return repr(value)[:200]
    except Exception as error:  # noqa: BLE001 - whatever a subject's object raises
        return "its repr raises " + type(error).__name__


def _beneath(value, depth):
    """The built-in value under a subclass, or the items of another container."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return encode_bytes(bytes(value))
    try:
        if isinstance(value, collections.abc.Mapping):
            return encode(dict(value), depth + 1)
        if isinstance(value, collections.abc.Iterable) and not hasattr(value, "read"):
            return [encode(item, depth + 1) for item in itertools.islice(value, MANY)]
    except Exception:  # noqa: BLE001 - whatever a subject's object raises
        return None
    return None


def told_of_error(error):
    return {
        "type": type_name(error),
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "text": str(error)[:500],
    }


def ids_of(scope):
    """Identities, for requirements about what is shared and what is copied."""
    ids = {"scope": id(scope)}
    if isinstance(scope, collections.abc.Mapping):
        for key, value in scope.items():
            if isinstance(value, (dict, list)):
                ids[str(key)] = id(value)
        if isinstance(scope.get("state"), dict):
            for key, value in scope["state"].items():
                ids["state." + str(key)] = id(value)
    return ids


# --------------------------------------------------------------------------- making


def decode(data):
    """What a command carries: literals, and things that only can be made here (`{"m": kind, "v": value}`)."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "b" in data:
        return data["b"].encode("latin-1")
    if "t" in data:
        return tuple(decode(item) for item in data["t"])
    if "d" in data:
        return {decode(key): decode(item) for key, item in data["d"]}
    return MAKERS[data["m"]](decode(data["v"]))


class _Status(enum.IntEnum):
    OK = 200
    CREATED = 201


class _Text(str):
    pass


class _Items:
    """An iterable that is neither list nor tuple and can be walked again."""

    def __init__(self, items):
        self._items = items

    def __iter__(self):
        return iter(self._items)


def _file(content):
    return _file_at((content, 0))


def _file_at(content_and_position):
    content, position = content_and_position
    handle = tempfile.TemporaryFile()  # noqa: SIM115 - the server closes it, or nobody
    handle.write(content)
    handle.flush()
    handle.seek(position)
    _files.append(handle)
    return handle


def _closed_file(content):
    handle = _file(content)
    handle.close()
    return handle


def _repeated(make):
    """What `make` makes of a pattern so many times, which is too long to be told."""
    return lambda pattern_and_times: make(pattern_and_times[0] * pattern_and_times[1])


def _pipe(content):
    """The end of a pipe at which this can be read; short, so that it fits in."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        stream.write(content)
    return os.fdopen(reading, "rb")


def _folder(_):
    return tempfile.mkdtemp(prefix="folder-", dir=os.environ.get("ASGI_CONFORMANCE_FOLDER"))


def _path(content):
    handle, path = tempfile.mkstemp(prefix="body-\u00e9-", dir=os.environ.get("ASGI_CONFORMANCE_FOLDER"))
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    return path


class _Awaitable:
    """An asynchronous iterable of one block, which can be awaited as well."""

    def __init__(self, block):
        self._blocks = [block]

    def __await__(self):
        return iter(())

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._blocks:
            raise StopAsyncIteration
        return self._blocks.pop()


MAKERS = {
    "awaitable": _Awaitable,
    "generator": lambda items: (item for item in items),
    "iterator": iter,
    "items": _Items,
    "dict-items": lambda pairs: dict(pairs).items(),
    "bytearray": bytearray,
    "memoryview": memoryview,
    "object": lambda _: object(),
    "lock": lambda _: threading.Lock(),
    "int-enum": _Status,
    "str-subclass": _Text,
    "file": _file,
    "file-at": _file_at,
    "long-file": _repeated(_file),
    "same-file": lambda _: _files[-1],
    "closed-file": _closed_file,
    "gzip-file": lambda content: gzip.GzipFile(fileobj=_file(gzip.compress(content))),
    "pipe": _pipe,
    "long-bytes": _repeated(bytes),
    "bytes-io": io.BytesIO,
    "path": _path,
    "long-path": _repeated(_path),
    "relative-path": lambda content: os.path.relpath(_path(content)),
    "path-in-bytes": lambda content: os.fsencode(_path(content)),
    "missing-path": lambda _: os.path.join(_folder(None), "missing"),
    "folder": _folder,
}


def error_like(kind, text):
    if kind == "ExceptionGroup" and sys.version_info >= (3, 11):
        return BaseExceptionGroup(text, [RuntimeError(text)])  # noqa: F821 - Python 3.11
    kinds = {"RuntimeError": RuntimeError, "KeyError": KeyError, "OSError": OSError, "ValueError": ValueError}
    kinds.update({"AssertionError": AssertionError, "NotImplementedError": NotImplementedError})
    kinds["ConnectionResetError"] = ConnectionResetError
    if kind == "CancelledError" and "asyncio" in sys.modules:
        return sys.modules["asyncio"].CancelledError(text)
    return kinds.get(kind, RuntimeError)(text)
