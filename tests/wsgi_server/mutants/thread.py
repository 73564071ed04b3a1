"""Sins of threads."""

import contextlib
import threading

from wsgi_server.mutation import in_environ, mutant, override


@mutant(breaks=("wsgi.thread.flag-honoured", "wsgi.thread.single-thread-option", "wsgi.environ.multithread"))
def overlaps_calls_in_spite_of_its_word(parts):
    @override(parts.server, "limit_of_calls")
    def limit_of_calls(original, self):
        return contextlib.nullcontext()

    @in_environ(parts, "wsgi.multithread")
    def multithread(self, value):
        return False


@mutant(breaks="wsgi.thread.single-thread-option")
def ignores_the_wish_for_one_thread(parts):
    @override(parts.server, "limit_of_calls")
    def limit_of_calls(original, self):
        return contextlib.nullcontext()

    @in_environ(parts, "wsgi.multithread")
    def multithread(self, value):
        return True


@mutant(breaks=("wsgi.thread.flag-honoured", "wsgi.environ.multithread"))
def hides_threads_of_a_pool(parts):
    """Its word holds for the call alone; while one response is sent the next begins."""
    turns = threading.BoundedSemaphore(1)

    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        with turns:
            return original(self, environ)

    @in_environ(parts, "wsgi.multithread")
    def multithread(self, value):
        return False
