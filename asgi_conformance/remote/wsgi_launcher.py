"""Starts a WSGI server that has no command line of its own, or none that says what is needed.

    python wsgi_launcher.py SERVER module:attribute --host 127.0.0.1 --port 8000

Standard library only, Python 3.8 and later, and of the server under test what it documents: it is given the application
and where to listen, and else is as it is by default. Nothing comes between the server and the application.
"""

import argparse
import importlib
import os
import shutil
import socket
import sys
import sysconfig


def wsgiref(options):
    from wsgiref.simple_server import make_server

    with make_server(options.host, options.port, application(options.target)) as server:
        server.serve_forever()


def werkzeug(options):
    from werkzeug.serving import run_simple

    host = "unix://" + options.uds if options.uds else options.host
    certificate = (options.certfile, options.keyfile) if options.certfile else None
    app = application(options.target)
    if options.root_path:
        from werkzeug.exceptions import NotFound
        from werkzeug.middleware.dispatcher import DispatcherMiddleware

        app = DispatcherMiddleware(NotFound(), {options.root_path: app})
    run_simple(host, options.port, app, threaded=options.threaded == "yes", ssl_context=certificate)


def gevent(options):
    from gevent import monkey

    monkey.patch_all()
    from gevent.pywsgi import WSGIServer

    certificate = {"certfile": options.certfile, "keyfile": options.keyfile} if options.certfile else {}
    where = unix_listener(options.uds) if options.uds else (options.host, options.port)
    environ = dict([options.environ.split("=", 1)]) if options.environ else None
    WSGIServer(where, application(options.target), log=None, environ=environ, **certificate).serve_forever()


def unix_listener(path):
    """A listening socket; its class is gevent's by now."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(128)
    listener.setblocking(False)
    return listener


def bjoern(options):
    import bjoern

    if options.uds:
        bjoern.run(application(options.target), "unix:" + options.uds)
    else:
        bjoern.run(application(options.target), options.host, options.port)


def cheroot(options):
    from cheroot.ssl.builtin import BuiltinSSLAdapter
    from cheroot.wsgi import PathInfoDispatcher, Server

    app = application(options.target)
    if options.root_path:
        app = PathInfoDispatcher([(options.root_path, app)])
    threads = {"numthreads": int(options.threads)} if options.threads else {}
    server = Server(options.uds or (options.host, options.port), app, **threads)
    if options.certfile:
        server.ssl_adapter = BuiltinSSLAdapter(options.certfile, options.keyfile)
    server.safe_start()


def application(target):
    """What `module:attribute` names."""
    module, _, attributes = target.partition(":")
    found = importlib.import_module(module)
    for name in attributes.split("."):
        found = getattr(found, name)
    return found


SERVERS = {"wsgiref": wsgiref, "werkzeug": werkzeug, "gevent": gevent, "bjoern": bjoern, "cheroot": cheroot}


def start(server, arguments):
    """Serve with what only a library call starts."""
    parser = argparse.ArgumentParser(prog="wsgi_launcher " + server)
    parser.add_argument("target")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int, default=0)
    for name in ("--uds", "--certfile", "--keyfile", "--root-path", "--threads", "--threaded", "--environ"):
        parser.add_argument(name)
    SERVERS[server](parser.parse_args(arguments))


def uwsgi(arguments):
    """The command line of uWSGI: the wheel `pyuwsgi` is a module, the distribution `uwsgi` a program."""
    try:
        import pyuwsgi
    except ImportError:
        program = shutil.which("uwsgi", path=sysconfig.get_path("scripts")) or "uwsgi"
        os.execvp(program, [program, "--home", sys.prefix, *arguments])
    sys.argv = ["uwsgi", *arguments]
    pyuwsgi.run()


def uvicorn(arguments):
    """The command line of uvicorn, whose `--interface wsgi` takes a2wsgi where that is installed."""
    _, adapter, *rest = arguments
    if adapter == "own":
        sys.modules["a2wsgi"] = None  # whoever imports it now does not find it
    wsgi = importlib.import_module("uvicorn.middleware.wsgi")
    if adapter == "own":
        del sys.modules["a2wsgi"]
    elif wsgi.WSGIMiddleware is not importlib.import_module("a2wsgi").WSGIMiddleware:
        sys.exit("this uvicorn does not know a2wsgi")
    importlib.import_module("uvicorn.main").main(args=rest, prog_name="uvicorn")


COMMANDS = {"uwsgi": uwsgi, "uvicorn": uvicorn}


def main():
    sys.path[0] = os.getcwd()  # as for `python -m`; this file's neighbours are not for the server to import
    server, *arguments = sys.argv[1:]
    if server in COMMANDS:
        COMMANDS[server](arguments)
    else:
        start(server, arguments)


if __name__ == "__main__":
    main()
