"""wsgiref: no response where the application empties its environ."""
import contextlib, os, socket, sys, time
def app(environ, start_response):
    environ.clear()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import wsgiref.simple_server
    sys.exit(wsgiref.simple_server.make_server("127.0.0.1", port, app).serve_forever())
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
    seen = talk(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
finally:
    os.kill(child, 9)
print(seen)
sys.exit(b"200 OK" not in seen)
