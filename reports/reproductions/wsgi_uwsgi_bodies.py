"""uwsgi: responses to HEAD, and with 204 or 304, have the body that the application gives."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def app(environ, start_response):
    status = {"/204": "204 No Content", "/304": "304 Not Modified"}
    start_response(status.get(environ["PATH_INFO"], "200 OK"), [("ETag", '"a"')])
    return [b"abcdef"]
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
requests = [b"HEAD /", b"GET /204", b"GET /304"]
seen = [talk(request + b" HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n") for request in requests]
print(*seen, sep="\n")
sys.exit(any(b"\r\n\r\nabcdef" in each for each in seen))
