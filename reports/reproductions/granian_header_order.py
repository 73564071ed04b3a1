"""granian: response headers are put in another order."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    headers = [(b"x-b", b"1"), (b"x-a", b"2"), (b"x-b", b"3")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})
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
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    data = b"".join(iter(lambda: client.recv(65536), b""))
    seen = [line for line in data.split(b"\r\n") if line.startswith(b"x-")]
    print(seen)
    sys.exit(seen != [b"x-b: 1", b"x-a: 2", b"x-b: 3"])
finally:
    server.poll() or os.killpg(server.pid, 9)
