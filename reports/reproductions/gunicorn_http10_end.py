"""gunicorn: a response that ends with the connection does not end before the application returns."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
import asyncio
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"one ", "more_body": True})
    await send({"type": "http.response.body", "body": b"two"})
    await asyncio.sleep(20)
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = ["gunicorn", "-kasgi", "--no-control-socket", "--asgi-lifespan=off", f"-b127.0.0.1:{port}", "asgi_app:app"]
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    client.settimeout(2)
    client.sendall(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n")
    time.sleep(0.5)
    data = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    more = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    print(data, more)
    sys.exit(more != b"")
finally:
    server.poll() or os.killpg(server.pid, 9)
