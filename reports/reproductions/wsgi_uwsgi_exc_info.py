"""uwsgi: start_response with exc_info raises SystemError though nothing was sent."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
import sys
def app(environ, start_response):
    try:
        1 / 0
    except ZeroDivisionError:
        start_response("500 Oops", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"the error page"]
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
seen = talk(b"GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
told = [line for line in (folder / "out").read_text().splitlines() if "SystemError" in line]
print(seen, told)
sys.exit(b"the error page" not in seen and bool(told))
