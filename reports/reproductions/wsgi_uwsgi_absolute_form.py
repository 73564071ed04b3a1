"""uwsgi: of a target in absolute form PATH_INFO is the whole URL."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr(environ["PATH_INFO"]).encode()]
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-c", "import pyuwsgi; pyuwsgi.run()", "--http-socket", "127.0.0.1:" + port, "-w", "x:app"]
server = subprocess.Popen(command, cwd=folder, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=1.0, got=b""):
    with socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            while more := peer.recv(65536):
                got += more
            return got + b"<closed>"
        return got + b"<left open>"
seen = talk(b"GET http://t/path?query HTTP/1.1\r\nHost: t\r\n\r\n")
print(seen)
sys.exit(b"'http://t/path'" in seen)
