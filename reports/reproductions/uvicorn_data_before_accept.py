"""uvicorn[ws=websockets-sansio]: data is passed to an application that has not accepted yet."""
import atexit, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    print(await receive(), flush=True)
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "uvicorn", "x:app", "--port", port, "--no-access-log", "--ws", "websockets-sansio"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
handshake = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
peer = socket.create_connection(("127.0.0.1", port), 1)
peer.sendall(handshake + b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
time.sleep(0.5)
peer.sendall(b"\x81\x82\0\0\0\0hi")
time.sleep(1)
seen = (folder / "out").read_text()
print([line for line in seen.splitlines() if "websocket.receive" in line])
sys.exit("websocket.receive" in seen)
