"""granian[task-impl=rust]: after a second accept, which raises, no send returns any more."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    try:
        await send({"type": "websocket.accept"})
    except Exception as error:
        print("refused:", error, flush=True)
    await send({"type": "websocket.send", "text": "after"})
    print("sent", flush=True)
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "granian", "x:app", "--interface", "asgi", "--port", port, "--task-impl", "rust"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=subprocess.STDOUT)
atexit.register(server.terminate)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
head = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
with socket.create_connection(("127.0.0.1", port), 2) as peer, contextlib.suppress(TimeoutError):
    peer.sendall(head + b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
    while peer.recv(65536):
        pass
said = [line for line in (folder / "out").read_text().splitlines() if line.startswith(("refused", "sent"))]
print(said)
sys.exit(any("refused" in line for line in said) and "sent" not in said)
