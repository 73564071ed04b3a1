"""hypercorn: over HTTP/2, the stream of an application that raises in mid-response is never ended."""

import atexit, pathlib, socket, subprocess, sys, tempfile, time  # noqa: I001

APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    raise RuntimeError
"""
keep = tempfile.TemporaryDirectory()
folder = pathlib.Path(keep.name)
(folder / "x.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = str(free.getsockname()[1])
command = [sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port]
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

settings = b"\0\0\0\x04\0\0\0\0\0"
request = b"\0\0\x06\x01\x05\0\0\0\x01" + b"\x82\x84\x86\x41\x01t"  # GET / http, authority t; stream 1
seen, kinds = talk(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + request, 3.0), []
rest = seen
while len(rest) > 12:  # a frame's length, kind, flags, stream
    kinds.append((rest[3], rest[4], rest[8]))
    rest = rest[9 + int.from_bytes(rest[:3], "big") :]
print("kind, flags, stream:", kinds, rest)
sys.exit((3, 0, 1) not in kinds and b"<closed>" not in seen)  # RST_STREAM is kind 3
