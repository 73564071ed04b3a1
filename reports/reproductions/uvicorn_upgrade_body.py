"""uvicorn with httptools: the body of a POST that offers an upgrade does not reach the application."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    event = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": repr(event.get("body")).encode()})
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "uvicorn", "x:app", "--port", port]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            while more := peer.recv(65536):
                got += more
            return got + b"<closed>"
        return got + b"<left open>"
offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
seen = talk(b"POST / HTTP/1.1\r\nHost: t\r\n" + offer + b"Content-Length: 4\r\n\r\nbody")
print(seen[-30:])
sys.exit(b"b'body'" not in seen)
