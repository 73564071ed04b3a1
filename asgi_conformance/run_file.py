"""Run files: read and written by name. One that ends in `.gz` is compressed, and the same run gives the same bytes."""

import gzip
import zlib
from pathlib import Path

from asgi_conformance.results import Run, UnreadableRun, from_json, to_json

PACKED = ".gz"


def read(path: Path) -> Run:
    """Raises `UnreadableRun` with a sentence for whoever named the file."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == PACKED else content).decode("utf-8")
        return from_json(text)
    except UnicodeDecodeError:
        raise UnreadableRun(f"cannot read {path}: it is not UTF-8") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableRun(f"cannot read {path}: it is not compressed by gzip as its name says ({error})") from None
    except OSError as error:
        raise UnreadableRun(f"cannot read {path}: {error.strerror}") from None
    except UnreadableRun as unreadable:
        raise UnreadableRun(f"cannot read {path}: {unreadable}") from None


def content(run: Run, path: Path) -> bytes:
    """What stands in a run file of that name."""
    plain = to_json(run).encode("ascii")
    return gzip.compress(plain, mtime=0) if path.suffix == PACKED else plain
