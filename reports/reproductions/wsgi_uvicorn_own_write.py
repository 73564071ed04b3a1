"""uvicorn with its own adapter, WSGI: start_response returns no write()."""
import atexit, contextlib, pathlib, socket, subprocess, sys, tempfile, time
APP = """
def app(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"start_response has returned " + repr(write).encode()]
"""
START = "import sys; sys.modules['a2wsgi'] = None; import uvicorn; uvicorn.run('x:app', interface='wsgi', port=%s)"
folder = pathlib.Path((keep := tempfile.TemporaryDirectory()).name)
(folder / "x.py").write_text(APP)
port = str(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
command = [sys.executable, "-c", START % port]
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
sys.exit(b"has returned None" in seen)
