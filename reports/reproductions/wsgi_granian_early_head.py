"""granian, WSGI: the head goes out before the iteration begins, with a 200 where that would have started it."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
import time
def app(environ, start_response):
    def body():
        lazy and start_response("201 Created", [("X-Lazy", "yes")])
        time.sleep(2)
        yield b"x"
    lazy = environ["PATH_INFO"] == "/lazy"
    lazy or start_response("200 OK", [("Content-Type", "text/plain")])
    return body()
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", port, "x:app"]
server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=5.0, got=b""):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
ask = b"GET %b HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
seen = [talk(ask % b"/early", 0.5), talk(ask % b"/lazy")]
print(*seen, sep="\n")
sys.exit(any(head.startswith(b"HTTP/1.1 200") for head in seen))
