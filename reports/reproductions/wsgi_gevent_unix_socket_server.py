"""gevent: over a Unix socket, SERVER_NAME and SERVER_PORT are empty."""
import contextlib, os, socket, sys, tempfile, time
def app(environ, start_response):
    body = repr((environ.get("SERVER_NAME"), environ.get("SERVER_PORT"))).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
path = tempfile.mkdtemp() + "/socket"
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import gevent.pywsgi
    (listener := gevent.socket.socket(socket.AF_UNIX)).bind(path)
    listener.listen(9)
    sys.exit(gevent.pywsgi.WSGIServer(listener, app, log=None).serve_forever())
any(not socket.socket(socket.AF_UNIX).connect_ex(path) or time.sleep(0.1) for _ in range(150)) or sys.exit(2)
def talk(data, got=b""):
    (peer := socket.socket(socket.AF_UNIX)).connect(path)
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
sys.exit(b"('', '')" in seen)
