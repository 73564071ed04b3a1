"""The last to leave: removes what a run has left behind when it could not do so itself.

Runs in a process of its own, with the interpreter of the run, and reads lines of JSON from its standard input:

    ["/tmp/folder", null]   this folder is to go
    ["/tmp/folder", 4711]   and this process group with it
    ["/tmp/folder"]         it is gone already

When the input ends, for whatever reason, it kills and removes what it was told of, and ends.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable


def kept(lines: Iterable[bytes]) -> dict[str, int | None]:
    """The folders that are still there when the lines end, with their process groups."""
    folders: dict[str, int | None] = {}
    for line in lines:
        folder, *group = json.loads(line)
        if group:
            folders[folder] = group[0]
        else:
            folders.pop(folder, None)
    return folders


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for whoever started it
    for folder, group in kept(sys.stdin.buffer).items():
        if group is not None:
            with contextlib.suppress(OSError):  # nobody is left in it
                os.killpg(group, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
