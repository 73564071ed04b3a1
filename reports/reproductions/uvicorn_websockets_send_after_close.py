"""uvicorn[ws=websockets]: send after the client has closed raises a RuntimeError."""
import atexit, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    await receive()
    try:
        await send({"type": "websocket.send", "text": "late"})
    except Exception as error:
        print(scope["asgi"], type(error).__mro__, flush=True)
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
server = subprocess.Popen([sys.executable, "-m", "uvicorn", "x:app", "--port", port, "--no-access-log", "--ws", "websockets"], cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
handshake = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
peer = socket.create_connection(("127.0.0.1", port), 1)
peer.sendall(handshake + b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
peer.recv(65536)
peer.sendall(b"\x88\x82\0\0\0\0\x03\xe8")
peer.recv(65536)
peer.close()
time.sleep(1)
seen = (folder / "out").read_text()
print([line for line in seen.splitlines() if "spec_version" in line])
sys.exit("RuntimeError" in seen)
