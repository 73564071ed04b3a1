"""mod_wsgi: more calls of start_response without exc_info are taken, also after one that raised."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def application(environ, start_response):
    try:
        start_response("200 OK", None)
    except TypeError:
        start_response("200 After one that raised", [])
    start_response("404 After one that was taken", [])
    return [b"all were taken"]
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
print(seen := talk(b"GET / HTTP/1.0\r\n\r\n"))
sys.exit(b"all were taken" in seen)
