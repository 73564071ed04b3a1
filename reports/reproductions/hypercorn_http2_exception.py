"""hypercorn: over HTTP/2, the stream of an application that raises in mid-response is never ended."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    raise RuntimeError
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
server = subprocess.Popen([sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port], cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            while more := peer.recv(65536): got += more
            return got + b"<closed>"
        return got + b"<left open>"
settings = b"\0\0\0\x04\0\0\0\0\0"
request = b"\0\0\x06\x01\x05\0\0\0\x01" + b"\x82\x84\x86\x41\x01t"  # GET / http, authority t; stream 1
seen, kinds = (rest := talk(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + request, 3.0)), []
while len(rest) > 12:  # a frame's length, kind, flags, stream
    kinds, rest = [*kinds, (rest[3], rest[4], rest[8])], rest[9 + int.from_bytes(rest[:3], "big") :]
print("kind, flags, stream:", kinds, rest)
sys.exit((3, 0, 1) not in kinds and b"<closed>" not in seen)  # RST_STREAM is kind 3
