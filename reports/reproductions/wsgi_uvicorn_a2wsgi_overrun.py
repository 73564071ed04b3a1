"""uvicorn with a2wsgi, WSGI: more than Content-Length says, and the call never ends; nothing is closed."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
closed = []
class Body:
    __iter__ = lambda self: iter([b"hello"] + [b"more"] * 50)
    close = lambda self: closed.append(1)
def app(environ, start_response):
    told = environ["PATH_INFO"] == "/told"
    start_response("200 OK", [("Content-Length", "1" if told else "5")])
    return [b"%d" % len(closed)] if told else Body()
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "uvicorn", "x:app", "--interface", "wsgi", "--port", port]
server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=5.0, got=b""):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
answer = talk(b"GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 2.0)
told = talk(b"GET /told HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
print(answer, told, sep="\n")
sys.exit(told.endswith(b"\r\n\r\n0"))
