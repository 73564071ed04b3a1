"""hypercorn: the send that ends a response never returns where the body of the request was not received."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    print("sends the body", flush=True)
    await send({"type": "http.response.body", "body": b"ok"})
    print("the body is sent", flush=True)
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            while more := peer.recv(65536):
                got += more
        return got
seen = talk(b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100 + b"0\r\n\r\n", 3.0)
said = [line for line in (folder / "out").read_text().splitlines() if "body" in line]
print(seen[-2:], "the application:", said)
sys.exit("the body is sent" not in said)
