"""gunicorn: headers of a websocket.accept from a generator are lost."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept", "headers": ((name, b"1") for name in (b"x-a", b"x-b"))})
    await receive()
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
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    head = client.recv(65536)
    print(head)
    sys.exit(b"x-a" not in head)
finally:
    server.poll() or os.killpg(server.pid, 9)
