"""uvicorn, ws=websockets: after a websocket.close that was refused, no send returns any more."""
import atexit, os, pathlib, socket, subprocess, sys, tempfile, time
APP = """
import asyncio
async def app(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    try:
        await send({"type": "websocket.close", "code": "1000"})
    except Exception as error:
        print("refused:", repr(error), flush=True)
    sending = asyncio.ensure_future(send({"type": "websocket.send", "text": "hi"}))
    print("the next send has ended:", bool((await asyncio.wait([sending], timeout=5))[0]), flush=True)
"""
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = [sys.executable, "-m", "uvicorn", "--lifespan=off", "--ws=websockets", f"--port={port}", "asgi_app:app"]
out = open(pathlib.Path(folder, "out"), "w")
server = subprocess.Popen(argv, cwd=folder, stderr=-3, stdout=out, start_new_session=True)
atexit.register(os.killpg, server.pid, 9)
end = time.monotonic() + 20
while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end: time.sleep(0.1)
client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
time.sleep(6.5)
print(seen := [x for x in pathlib.Path(folder, "out").read_text().splitlines() if x.startswith(("refused", "the"))])
sys.exit("the next send has ended: False" in seen)
