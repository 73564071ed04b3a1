"""granian: over a Unix socket the second item of server is the text 0, not None."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    body = repr((scope["client"], scope["server"])).encode()
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'%d' % len(body))]})
    await send({'type': 'http.response.body', 'body': body})
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = ["granian", "--interface", "asginl", "--uds", folder + "/s", "asgi_app:app"]
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket(socket.AF_UNIX)).connect_ex(folder + "/s") and time.monotonic() < end:
        time.sleep(0.1)
    client.settimeout(2)
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    data = b"".join(iter(lambda: client.recv(65536), b""))
    seen = data.partition(b"\r\n\r\n")[2].decode()
    print(seen)
    sys.exit("None" not in seen.rpartition("(")[2])
finally:
    server.poll() or os.killpg(server.pid, 9)
