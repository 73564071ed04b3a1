"""hypercorn, HTTP/2: data for a stream that is done already ends the connection, and with trio the server."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """
async def app(scope, receive, send):
    await send({'type': 'http.response.start', 'status': 413, 'headers': []})
    await send({'type': 'http.response.body', 'body': b''})
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
closed, gone = [], []
for worker in ("asyncio", "trio"):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "hypercorn", "-k", worker, f"-b127.0.0.1:{port}", "asgi_app:app"]
    server = subprocess.Popen(argv, cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    post = b"\0\0\6\1\4\0\0\0\1\x83\x84\x86\x41\x01a"  # POST / http, authority a; stream 1
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" + post)
    time.sleep(1)
    print(worker, client.recv(65536))
    client.sendall(b"\0\0\1\0\0\0\0\0\1u")  # the body begins, when the response is complete
    time.sleep(2)
    closed.append(select.select([client], [], [], 0)[0] != [] and client.recv(65536) == b"")
    gone.append(socket.socket().connect_ex(("127.0.0.1", port)) != 0)
    server.poll() is None and os.killpg(server.pid, 9)
print("connections closed:", closed, "servers gone:", gone)
sys.exit(any(closed + gone))
