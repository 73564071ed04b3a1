"""hypercorn, HTTP/2: a push of a path outside of ASCII raises, and with trio it ends the server."""
import os, pathlib, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """
async def app(scope, receive, send):
    assert scope['type'] == 'http'
    await send({'type': 'http.response.start', 'status': 200, 'headers': []})
    try: await send({'type': 'http.response.push', 'path': '/caf\\u00e9', 'headers': []})
    except Exception as error: print(repr(error), flush=True)
    await send({'type': 'http.response.body', 'body': b'ok'})
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
argv = [sys.executable, "-m", "hypercorn", "--worker-class=trio", f"-b127.0.0.1:{port}", "asgi_app:app"]
out = open(pathlib.Path(folder, "out"), "w+")  # noqa: SIM115
server = subprocess.Popen(argv, cwd=folder, stderr=-3, stdout=out, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\6\1\5\0\0\0\1\x82\x84\x86\x41\x01a")
    time.sleep(1)
    client.close()
    time.sleep(2)
    gone = socket.socket().connect_ex(("127.0.0.1", port))
    print(pathlib.Path(folder, "out").read_text(), "the server is gone" if gone else "the server is there")
    sys.exit(bool(gone))
finally:
    server.poll() is not None or os.killpg(server.pid, 9)
