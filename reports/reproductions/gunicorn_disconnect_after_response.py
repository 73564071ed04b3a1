"""gunicorn: a receive after the response waits for as long as the client stays."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
    event = await receive()
    with open("event", "w") as file:
        file.write(str(event))
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = ["gunicorn", "-kasgi", "--no-control-socket", "--asgi-lifespan=off", f"-b127.0.0.1:{port}", "asgi_app:app"]
server = subprocess.Popen([sys.executable, "-m", *argv], cwd=folder, stderr=-3, stdout=-3, start_new_session=True)
try:
    end = time.monotonic() + 20
    while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.1)
    client.settimeout(2)
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    print(client.recv(65536))
    time.sleep(6)
    seen = os.path.exists(folder + "/event")
    print("an event in 6 s:", seen)
    sys.exit(not seen)
finally:
    server.poll() or os.killpg(server.pid, 9)
