"""mod_wsgi: after a body that an exception has cut off, the next response is sent in its place."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "10")])
    yield b"abc"
    if environ["PATH_INFO"] == "/raises":
        raise ValueError("an error of the application")
    yield b"defghij"
"""
(folder := pathlib.Path((keep := tempfile.TemporaryDirectory()).name)).chmod(0o755)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
load = "LoadModule {0}_module /usr/lib/apache2/modules/mod_{0}.so".format
conf = [*map(load, ("mpm_event", "authz_core", "wsgi")), "User #65534", "Group #65534", "ServerName t", "PidFile pid"]
conf += ["DefaultRuntimeDir .", "ErrorLog /dev/stderr", f"Listen 127.0.0.1:{port}", "WSGISocketPrefix wsgi"]
conf += ["WSGIDaemonProcess x", "WSGIProcessGroup x", f"WSGIScriptAlias / {folder}/x.py"]
command = ["apache2", "-DFOREGROUND", "-d", folder, "-f", "/dev/null", *(w for line in conf for w in ("-C", line))]
server = subprocess.Popen(command, stdout=open(folder / "out", "wb"), stderr=-2, start_new_session=True)
atexit.register(subprocess.call, ["kill", "-9", "--", f"-{server.pid}"], stderr=-3)
any(not socket.socket().connect_ex(("127.0.0.1", int(port))) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, got=b""):
    with socket.create_connection(("127.0.0.1", port), 2) as peer, contextlib.suppress(OSError):
        peer.sendall(data)
        while more := peer.recv(65536):
            got += more
    return got
print(seen := talk(b"GET /raises HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"))
sys.exit(b"\r\n\r\nabcHTTP/1.1 200 OK" in seen)
