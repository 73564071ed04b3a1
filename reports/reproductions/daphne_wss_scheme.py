"""daphne: the scope of a WebSocket over TLS has no scheme, which means ws. (Needs the openssl command.)"""
import atexit, pathlib, socket, ssl, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    print("scheme:", scope.get("scheme", "missing"), flush=True)
    await send({"type": "websocket.close"})
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
openssl = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=t -days 2 -keyout key.pem -out cert.pem"
subprocess.run(openssl.split(), cwd=folder, check=True, capture_output=True, timeout=20)
endpoint = f"ssl:{port}:interface=127.0.0.1:privateKey=key.pem:certKey=cert.pem"
command = [sys.executable, "-m", "daphne", "-e", endpoint, "x:app"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
context = ssl._create_unverified_context()
peer = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 5))
handshake = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
peer.sendall(handshake + b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
peer.recv(65536)
seen = (folder / "out").read_text()
print([line for line in seen.splitlines() if "scheme" in line])
sys.exit("scheme: missing" in seen)
