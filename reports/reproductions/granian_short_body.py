"""granian: after a body that is too short the next response is read as the rest of it."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    headers = [(b"content-length", b"10" if scope["path"] == "/short" else b"3")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"one"})
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
    client.settimeout(2)
    client.sendall(b"GET /short HTTP/1.1\r\nHost: test\r\n\r\n")
    time.sleep(0.5)
    client.sendall(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n")
    time.sleep(0.5)
    data = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    print(data)
    sys.exit(data.count(b"HTTP/1.1 200") == 2)
finally:
    server.poll() or os.killpg(server.pid, 9)
