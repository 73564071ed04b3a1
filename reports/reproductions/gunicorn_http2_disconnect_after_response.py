"""gunicorn, HTTP/2: a receive that waits when the response ends goes on waiting."""
import os, pathlib, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """
import asyncio
async def app(scope, receive, send):
    await receive()
    waiting = asyncio.ensure_future(receive())
    await asyncio.sleep(0.1)
    await send({'type': 'http.response.start', 'status': 200, 'headers': []})
    await send({'type': 'http.response.body', 'body': b'ok'})
    done, _ = await asyncio.wait([waiting], timeout=4)
    print('told' if done else 'not told', flush=True)
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
argv = ["gunicorn", "-kasgi", "--no-control-socket", "--asgi-lifespan=off", "--http-protocols=h2,h1",
        "--http2-cleartext=prior-knowledge", "--forwarded-allow-ips=127.0.0.1", f"-b127.0.0.1:{port}", "asgi_app:app"]
out = open(pathlib.Path(folder, "out"), "w+")  # noqa: SIM115
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=out, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\6\1\5\0\0\0\1\x82\x84\x86\x41\x01a")
    time.sleep(6)  # the client stays connected
    sys.exit(print(seen := pathlib.Path(folder, "out").read_text()) or "not told" in seen)
finally:
    server.poll() or os.killpg(server.pid, 9)
