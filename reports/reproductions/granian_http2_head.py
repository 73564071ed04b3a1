"""granian, HTTP/2: the answer to HEAD carries the body that the application gave."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time  # noqa: E401, F401, I001
APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"BODY"})
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = ["granian", "--interface", "asginl", "--port", str(port), "asgi_app:app"]
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    fields = [(b":method", b"HEAD"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a")]
    block = b"".join(b"\0%c%s%c%s" % (len(name), name, len(value), value) for name, value in fields)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0%c\1\5\0\0\0\1" % len(block) + block)
    time.sleep(0.5)
    rest = client.recv(65536) if select.select([client], [], [], 2)[0] else b""
    frames = []
    while len(rest) > 8:  # a frame's length, kind, flags, stream
        size = int.from_bytes(rest[:3], "big")
        frames, rest = [*frames, ("kind", rest[3], "stream", rest[8], rest[9 : 9 + size])], rest[9 + size :]
    print(frames)
    sys.exit(any(frame[1] == 0 and frame[4] for frame in frames))  # DATA is kind 0
finally:
    server.poll() or os.killpg(server.pid, 9)
