"""hypercorn[worker=trio]: an application that raises just as its client leaves ends the whole server."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    raise RuntimeError("a mistake")
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "hypercorn", "x:app", "-b", "127.0.0.1:" + port, "-k", "trio"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150))
for number in range(2000):  # the two ends have to meet within the server
    if socket.socket().connect_ex(("127.0.0.1", int(port))):
        break
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as peer:
        peer.sendall(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nhalf")
        time.sleep(number % 20 / 5000)
with contextlib.suppress(subprocess.TimeoutExpired):
    server.wait(2)
last = [line.strip(" |") for line in (folder / "out").read_text().splitlines() if "BusyResource" in line][-1:]
print("after", number + 1, "clients, status of the process:", server.poll(), last)
sys.exit(server.poll() is not None)
