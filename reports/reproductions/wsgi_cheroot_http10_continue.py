"""cheroot: a client of HTTP/1.0 is sent 100 Continue."""
import contextlib, os, socket, sys, time
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [environ["wsgi.input"].read(2)]
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import cheroot.wsgi
    sys.exit(cheroot.wsgi.Server(("127.0.0.1", port), app).start())
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
    seen = talk(b"POST / HTTP/1.0\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok")
finally:
    os.kill(child, 9)
print(seen)
sys.exit(b"100 Continue" in seen)
