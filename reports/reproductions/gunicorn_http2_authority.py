"""gunicorn, HTTP/2: the authority becomes the last header instead of the first."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    body = repr(scope["headers"]).encode()
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'%d' % len(body))]})
    await send({'type': 'http.response.body', 'body': body})
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = ["gunicorn", "-kasgi", "--no-control-socket", "--asgi-lifespan=off",
        "--http-protocols=h2,h1", "--http2-cleartext=prior-knowledge",
        "--forwarded-allow-ips=127.0.0.1", f"-b127.0.0.1:{port}", "asgi_app:app"]
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    client.settimeout(2)
    fields = [(b":method", b"GET"), (b":scheme", b"http")]
    fields += [(b":path", b"/a%20b"), (b":authority", b"a"), (b"x-b", b"1")]
    block = b"".join(b"\0%c%s%c%s" % (len(name), name, len(value), value) for name, value in fields)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0%c\1\5\0\0\0\1" % len(block) + block)
    time.sleep(0.5)
    data = client.recv(65536) if select.select([client], [], [], 2)[0] else b"(nothing in 2 s)"
    print(data)
    sys.exit(b"[(b'host'" not in data)
finally:
    server.poll() or os.killpg(server.pid, 9)
