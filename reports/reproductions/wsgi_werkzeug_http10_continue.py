"""werkzeug: a client of HTTP/1.0 is sent 100 Continue."""
import os, socket, sys, time
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [environ["wsgi.input"].read(2)]
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
if not (child := os.fork()):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import werkzeug.serving
    werkzeug.serving.run_simple("127.0.0.1", port, app)
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
    seen = talk(b"POST / HTTP/1.0\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok")
finally:
    os.kill(child, 9)
print(seen)
sys.exit(b"100 Continue" in seen)
