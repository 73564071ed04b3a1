"""gunicorn: HTTP/1.0 with keep-alive gets a response that has no end."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"one ", "more_body": True})
    await send({"type": "http.response.body", "body": b"two"})
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
    request = b"GET / HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n"
    client.sendall(request)
    time.sleep(0.5)
    client.sendall(request)
    time.sleep(0.5)
    data = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    print(data)
    sys.exit(data.count(b"HTTP/1.0 200") == 2)
finally:
    server.poll() or os.killpg(server.pid, 9)
