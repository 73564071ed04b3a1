"""daphne: an exception in the middle of a response leaves the connection open, and later ones unseen."""

import atexit, pathlib, socket, subprocess, sys, tempfile, time  # noqa: I001

APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    if scope["path"] == "/mid":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    raise RuntimeError
"""
keep = tempfile.TemporaryDirectory()
folder = pathlib.Path(keep.name)
(folder / "x.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = str(free.getsockname()[1])
command = [sys.executable, "-m", "daphne", "x:app", "-p", port]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=subprocess.STDOUT)  # noqa: SIM115
atexit.register(server.kill)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))

def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        try:
            while more := peer.recv(65536):
                got += more
        except TimeoutError:
            return got + b"<left open>"
        return got + b"<closed>"

before = talk(b"GET /before HTTP/1.1\r\nHost: t\r\n\r\n", 5.0)
mid = talk(b"GET /mid HTTP/1.1\r\nHost: t\r\n\r\n", 5.0)
after = talk(b"GET /after HTTP/1.1\r\nHost: t\r\n\r\n", 5.0)
print(before[:12], mid, after)
sys.exit(b"<left open>" in mid)
