"""uvicorn with httptools: a later body of a POST that offers an upgrade is served as a request of its own."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": scope["path"].encode()})
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "uvicorn", "x:app", "--port", port]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
body, got = b"GET /inner HTTP/1.1\r\nHost: t\r\n\r\n", b""
with socket.create_connection(("127.0.0.1", port), 2) as peer, contextlib.suppress(TimeoutError):
    peer.sendall(b"POST /outer HTTP/1.1\r\nHost: t\r\n" + offer + b"Content-Length: %d\r\n\r\n" % len(body))
    got += peer.recv(65536)
    peer.sendall(body)
    while more := peer.recv(65536):
        got += more
print(got)
sys.exit(b"/inner" in got)
