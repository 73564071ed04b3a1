"""uvicorn with its own adapter, WSGI: start_response is called again, with or without an error, and does not raise."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def tried(call, *arguments):
    try:
        return (b"taken", call(*arguments))[0]
    except Exception:
        return b"refused"
def app(environ, start_response):
    first = tried(start_response, 200 if environ["PATH_INFO"] == "/error" else "200 OK", [])
    late = (tried(start_response, "500 Oops", [], (OSError, OSError(), None)) if step else b"then " for step in (0, 1))
    return late if environ["PATH_INFO"] == "/late" else [first + b", then " + tried(start_response, "200 OK", [])]
"""
START = "import sys; sys.modules['a2wsgi'] = None; import uvicorn; uvicorn.run('x:app', interface='wsgi', port=%s)"
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-c", START % port]
server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=5.0, got=b""):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
seen = [talk(b"GET /%b HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n" % kind) for kind in (b"", b"error", b"late")]
print(*seen, sep="\n")
sys.exit(any(b"taken" in answer.partition(b"then")[2] for answer in seen))
