"""hypercorn[worker=trio]: the message of a failed shutdown is neither logged nor printed."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.failed", "message": "the cache is lost"})
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port, "-k", "trio"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            while more := peer.recv(65536): got += more
            return got + b"<closed>"
        return got + b"<left open>"
talk(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
server.terminate()
status = server.wait(15)
seen = (folder / "out").read_text()
print("status", status, [line for line in seen.splitlines() if "cache" in line])
sys.exit("the cache is lost" not in seen)
