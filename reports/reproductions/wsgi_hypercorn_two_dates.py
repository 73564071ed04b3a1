"""hypercorn, WSGI: the Date and Server of an application get a second one each."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def app(environ, start_response):
    start_response("200 OK", [("Date", "Tue, 15 Nov 1994 08:12:31 GMT"), ("Server", "me"), ("Content-Length", "2")])
    return [b"ok"]
"""
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-m", "hypercorn", "wsgi:x:app", "-b", "127.0.0.1:" + port]
server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, seconds=5.0, got=b""):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
seen = talk(b"GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
print(seen)
sys.exit(b"1994" in seen and seen.lower().count(b"\r\ndate:") == seen.lower().count(b"\r\nserver:") == 2)
