"""granian: a close waits for a receive that is under way."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
import asyncio
async def app(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    task = asyncio.ensure_future(receive())
    await asyncio.sleep(0.2)
    await send({"type": "websocket.close"})
    await task
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
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    client.recv(65536)
    data = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    print("after the handshake:", data)
    sys.exit(not data.startswith(b"\x88"))
finally:
    server.poll() or os.killpg(server.pid, 9)
