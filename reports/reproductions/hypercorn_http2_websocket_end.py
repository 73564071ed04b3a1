"""hypercorn, HTTP/2: the end of a WebSocket's stream without a close frame is not told to the application."""
import os, pathlib, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """import asyncio
async def app(scope, receive, send):
    await receive()
    await send({'type': 'websocket.accept'})
    done, _ = await asyncio.wait([asyncio.ensure_future(receive())], timeout=3)
    print('told' if done else 'not told', flush=True)
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
    fields = [(b":method", b"CONNECT"), (b":protocol", b"websocket"), (b":scheme", b"http"), (b":path", b"/"),
              (b":authority", b"a"), (b"sec-websocket-version", b"13")]
    block = b"".join(b"\0%c%s%c%s" % (len(name), name, len(value), value) for name, value in fields)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0%c\1\4\0\0\0\1" % len(block) + block)
    time.sleep(1)
    client.sendall(b"\0\0\0\0\1\0\0\0\1")  # DATA without a byte, END_STREAM
    time.sleep(4)
    sys.exit(print(seen := pathlib.Path(folder, "out").read_text()) or "not told" in seen)
finally:
    server.poll() or os.killpg(server.pid, 9)
