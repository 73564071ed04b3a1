"""granian, WSGI: cookies that came in several fields of HTTP/2 are joined by a semicolon without a space."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [ascii(environ.get("HTTP_COOKIE")).encode()]
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "2", "--port", port, "x:app"]
server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=5.0, got=b""):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
fields = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"t"), (b"cookie", b"a=1")]
fields += [(b"cookie", b"b=2")]
block = b"".join(b"\0%c%b%c%b" % (len(name), name, len(value), value) for name, value in fields)
start = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
seen = talk(start + b"\0\0%c\1\5\0\0\0\1" % len(block) + block, 2.0)
print(seen)
sys.exit(b"'a=1;b=2'" in seen)
