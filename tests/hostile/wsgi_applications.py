"""WSGI applications that hang, flood, die and lie."""

import contextlib
import os
import sys
import time


def spins(environ, start_response):
    while True:
        pass


def sleeps(environ, start_response):
    time.sleep(3600)


def exits(environ, start_response):
    os._exit(3)


def quits(environ, start_response):
    sys.exit(4)


def interrupts(environ, start_response):
    raise KeyboardInterrupt


def recurses(environ, start_response):
    return recurses(environ, start_response)


def floods(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    while True:
        yield b"flood" * 1000


def prints(environ, start_response):
    sys.stdout.write("noise\n" * 20_000)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def starts_again_and_again(environ, start_response):
    for number in range(1000):
        with contextlib.suppress(Exception):
            start_response(f"{200 + number % 99} OK", [("X-Number", str(number))])
    return [b"ok"]


class Liar:
    """What it returns lies about everything that may be asked of it."""

    def __len__(self):
        return -1  # noqa: PLE0303 - a lie

    def __iter__(self):
        return iter([Liar(), 5, None])

    def __repr__(self):
        raise ValueError

    def close(self):
        raise SystemExit


def lies(environ, start_response):
    start_response(Liar(), Liar())
    return Liar()
