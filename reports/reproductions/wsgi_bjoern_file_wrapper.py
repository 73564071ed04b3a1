"""bjoern: a file of unknown length is announced as chunked and sent as it is; from a pipe nothing is sent."""
import contextlib, os, socket, sys, time
def app(environ, start_response):
    pipe = environ["PATH_INFO"] == "/pipe"
    file = os.popen("echo piped") if pipe else open(__file__, "rb")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")][: 1 + pipe])
    return environ["wsgi.file_wrapper"](file.buffer if pipe else file, 1024)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import bjoern
    sys.exit(bjoern.run(app, "127.0.0.1", port))
any(not socket.socket().connect_ex(("127.0.0.1", port)) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, got=b""):
    (peer := socket.socket()).connect(("127.0.0.1", port))
    peer.settimeout(2)
    peer.sendall(data)
    with contextlib.suppress(TimeoutError):
        while more := peer.recv(65536):
            got += more
        return got + b"<closed>"
    return got + b"<left open>"
try:
    disk, pipe = (talk(b"GET %b HTTP/1.1\r\nHost: test\r\n\r\n" % path) for path in (b"/disk", b"/pipe"))
finally:
    os.kill(child, 9)
print(disk[:130], disk[-40:], pipe)
sys.exit(b"chunked" in disk and b"0\r\n\r\n" not in disk[-30:] or b"piped" not in pipe)
