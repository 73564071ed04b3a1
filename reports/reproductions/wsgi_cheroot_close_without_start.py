"""cheroot: close() of what an application returned is not called where it never called start_response."""
import contextlib, os, select, socket, sys, time
class Result(list):
    def close(self):
        os.write(tell, b"close() was called")
def app(environ, start_response):
    return Result([b"ab"])
hear, tell = os.pipe()
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
    seen = talk(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    told = os.read(hear, 99) if select.select([hear], [], [], 2)[0] else b"close() was not called"
finally:
    os.kill(child, 9)
print(seen, told)
sys.exit(told != b"close() was called")
