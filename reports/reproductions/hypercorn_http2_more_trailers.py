"""hypercorn, HTTP/2: of trailers in several messages only the first arrives."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http" and "http.response.trailers" in scope["extensions"]
    await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": True})
    await send({"type": "http.response.body", "body": b"x"})
    await send({"type": "http.response.trailers", "headers": [(b"x-first", b"1")], "more_trailers": True})
    await send({"type": "http.response.trailers", "headers": [(b"x-second", b"2")]})
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
server = subprocess.Popen([sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port], cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
request = b"\x82\x84\x86\x41\x01t\0\x02te\x08trailers"  # GET / http, authority t, te: trailers; stream 1
rest, frames = b"", []
with socket.create_connection(("127.0.0.1", port), 2) as peer, contextlib.suppress(TimeoutError):
    peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0%c\x01\x05\0\0\0\x01" % len(request) + request)
    while more := peer.recv(65536): rest += more
while len(rest) > 8:  # a frame's length, kind, flags, stream
    size = int.from_bytes(rest[:3], "big")
    frames, rest = [*frames, (rest[3], rest[4], rest[8], rest[9 : 9 + size])], rest[9 + size :]
sections = [frame for frame in frames if frame[0] == 1 and frame[2] == 1]  # HEADERS is kind 1; END_STREAM is flag 1
print("kind, flags, stream, content:", sections)
sys.exit(len(sections) == 2 and sections[1][1] & 1 == 1 and len(sections[1][3]) < 14)  # two names would not fit
