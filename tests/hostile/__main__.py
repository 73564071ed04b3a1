"""`python -m hostile KIND --app MODULE:ATTR --host HOST --port PORT`: the model citizen with a bad habit."""

import os
import signal
import socket
import sys
import threading
import time

from citizen.__main__ import main as serve
from citizen.http import Http
from citizen.response import Response


def exits_at_once():
    sys.exit("hostile: I will not")


def never_listens():
    signal.pause()


def listens_and_never_answers():
    with socket.create_server((argument("--host"), int(argument("--port")))):
        signal.pause()


def ignores_sigterm():
    install = signal.signal
    signal.signal = lambda number, handler: None if number == signal.SIGTERM else install(number, handler)
    install(signal.SIGTERM, signal.SIG_IGN)
    import asyncio

    asyncio.BaseEventLoop.add_signal_handler = lambda *_: None
    asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = lambda *_: None
    serve(sys.argv[2:])


def leaves_a_child():
    """A child in the same group, which outlives its parent."""
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
        os._exit(0)
    serve(sys.argv[2:])


def floods():
    def shout():
        while True:
            os.write(2, b"hostile: \x1b[31mnoise\x1b[0m \xff</script>\n" * 500)

    threading.Thread(target=shout, daemon=True).start()
    serve(sys.argv[2:])


def dies_on_the_tenth_request():
    call, count = Http.scope, 0

    def scope(self):
        nonlocal count
        count += 1
        if count % 10 == 0:
            os._exit(7)
        return call(self)

    Http.scope = scope
    serve(sys.argv[2:])


def hangs_in_the_middle_of_a_response():
    """The event loop stops when a chunk is due."""
    Response.chunk = lambda self, data: time.sleep(600)
    serve(sys.argv[2:])


def argument(name):
    return sys.argv[sys.argv.index(name) + 1]


if __name__ == "__main__":
    sys.exit(globals()[sys.argv[1]]())
