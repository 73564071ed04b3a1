"""gunicorn: a send that waits for a slow client is not released when the client goes."""
import os, pathlib, select, socket, subprocess, sys, tempfile, time
APP = """
import asyncio
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    task = asyncio.ensure_future(send({"type": "http.response.body", "body": b"x" * 2**24, "more_body": True}))
    await asyncio.wait([task], timeout=1)
    events = [await receive(), await receive()]
    done, waiting = await asyncio.wait([task], timeout=2)
    open(f"{events[1]['type']}, then 2 s later the send is " + ("done" if done else "stuck"), "w").close()
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
    time.sleep(3)
    client.close()
    time.sleep(4)
    print(sorted(os.listdir(folder)))
    sys.exit("stuck" in str(os.listdir(folder)))
finally:
    server.poll() or os.killpg(server.pid, 9)
