"""cheroot: close() of what an application returned is not called where it never called start_response."""
import os, select, socket, sys, time
class Result(list):
    def close(self):
        os.write(told, b"closed")
def app(environ, start_response):
    return Result([b"ab"])
hear, told = os.pipe()
os.set_blocking(hear, False)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import cheroot.wsgi
    cheroot.wsgi.Server(("127.0.0.1", port), app).start()
def talk(data, got=b""):
    for _ in range(100):
        if not (peer := socket.socket(socket.AF_INET)).connect_ex(("127.0.0.1", port)):
            break
        time.sleep(0.1)
    peer.settimeout(2)
    peer.sendall(data)
    try:
        while more := peer.recv(65536):
            got += more
        return got + b"<closed>"
    except TimeoutError:
        return got + b"<left open>"
try:
    seen = talk(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    time.sleep(1)
    told = os.read(hear, 9) if select.select([hear], [], [], 1)[0] else b"close() was not called"
finally:
    os.kill(child, 9)
print(seen, told)
sys.exit(told != b"closed")
