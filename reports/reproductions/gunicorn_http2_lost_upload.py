"""gunicorn, HTTP/2: a receive that waits for more of the body never learns that the connection is lost."""
import os, pathlib, socket, subprocess, sys, tempfile, time  # noqa: E401, I001
APP = """
async def app(scope, receive, send):
    while (message := await receive())['type'] != 'http.disconnect':
        print(message, flush=True)
    print('told', flush=True)
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
argv = ["gunicorn", "-kasgi", "--no-control-socket", "--asgi-lifespan=off", "--http-protocols=h2,h1",
        "--http2-cleartext=prior-knowledge", "--forwarded-allow-ips=127.0.0.1", f"-b127.0.0.1:{port}", "asgi_app:app"]
out = open(pathlib.Path(folder, "out"), "w+")  # noqa: SIM115
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=out, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    block = b"\x83\x84\x86\x41\x01a"  # POST / http, authority a; its body begins and does not end
    request = b"\0\0\x06\1\4\0\0\0\1" + block + b"\0\0\3\0\0\0\0\0\1abc"
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" + request)
    time.sleep(1)
    client.close()
    time.sleep(5)
    print(seen := pathlib.Path(folder, "out").read_text() or "not told")
    sys.exit("told\n" not in seen)
finally:
    server.poll() or os.killpg(server.pid, 9)
