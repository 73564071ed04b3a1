"""daphne, HTTP/2: a request with :authority and the same host has two host headers in its scope."""
import atexit, base64, os, pathlib, socket, ssl, subprocess, sys, tempfile, time
APP = """
async def app(scope, receive, send):
    print([pair for pair in scope["headers"]], flush=True)
"""
KEY = "MC4CAQAwBQYDK2VwBCIEIOOjSQbDwtalIlMxgvl4sbd1E6Y0iVFkWhNeWP7DEYHn"  # made for this file alone, worth nothing
CERT = ("MIHUMIGHAhRSB6KZRCMWkD+KNvswvFNrRwuvMDAFBgMrZXAwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjExODQ2MjRaGA8yMTI2MTAyODE4NDYyNF"
        "owDDEKMAgGA1UEAwwBYTAqMAUGAytlcAMhAHZu62Yb5yVqVwLrmBVD7R/YTnK+uV14TuFyEKuGV8wkMAUGAytlcANBAG+f0CDAAzlnn1YbFGGH"
        "NBMsfZBlbOHyPj5DbDwHPkWr3tpHX+EygnjF3jfT/XCCmrX4+s/hzxUgfv21oZdGHQk=")
folder = tempfile.mkdtemp()
pathlib.Path(folder, "asgi_app.py").write_text(APP)
for name, kind, text in ("c", "CERTIFICATE", CERT), ("k", "PRIVATE KEY", KEY):
    pem = ssl.DER_cert_to_PEM_cert(base64.b64decode(text)).replace("CERTIFICATE", kind)
    pathlib.Path(folder, name).write_text(pem)
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
argv = [sys.executable, "-m", "daphne", f"-essl:{port}:privateKey=k:certKey=c:interface=127.0.0.1", "asgi_app:app"]
out = open(pathlib.Path(folder, "out"), "w")
server = subprocess.Popen(argv, cwd=folder, stderr=-3, stdout=out, start_new_session=True)
atexit.register(os.killpg, server.pid, 9)
end = time.monotonic() + 20
while (client := socket.socket()).connect_ex(("127.0.0.1", port)) and time.monotonic() < end: time.sleep(0.1)
(tls := ssl._create_unverified_context()).set_alpn_protocols(["h2"])
fields = [(b":method", b"GET"), (b":scheme", b"https"), (b":path", b"/"), (b":authority", b"a"), (b"host", b"a")]
block = b"".join(b"\0%c%s%c%s" % (len(name), name, len(value), value) for name, value in fields)
tls.wrap_socket(client).sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0%c\1\5\0\0\0\1" % len(block) + block)
time.sleep(1.5)
print(seen := pathlib.Path(folder, "out").read_text())
sys.exit(seen.count("b'host'") > 1)
