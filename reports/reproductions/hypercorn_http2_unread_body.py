"""hypercorn, HTTP/2: while nobody reads the body of one stream, no other stream is served."""
import os, pathlib, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """import asyncio
async def app(scope, receive, send):
    if scope['path'] == '/':
        await asyncio.sleep(5)
    print(scope['path'], flush=True)
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
out = open(pathlib.Path(folder, "out"), "w+")  # noqa: SIM115
argv = [sys.executable, "-m", "hypercorn", f"-b127.0.0.1:{port}", "asgi_app:app"]
server = subprocess.Popen(argv, cwd=folder, stderr=-3, stdout=out, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    post = b"\0\0\6\1\4\0\0\0\1" + b"\x83\x84\x86\x41\x01a"  # POST / http, authority a; stream 1
    data = b"\0\x03\xe8\0\0\0\0\0\1" + b"u" * 1000  # 30 of them are well within the windows of the beginning
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" + post + data * 30)
    time.sleep(1)
    client.sendall(b"\0\0%c\1\5\0\0\0\3" % 11 + b"\x82\x86\x04\x04/two\x41\x01a")  # GET /two; stream 3
    time.sleep(2)
    sys.exit(print(seen := pathlib.Path(folder, "out").read_text() or "nothing") or "/two" not in seen)
finally:
    server.poll() or os.killpg(server.pid, 9)
