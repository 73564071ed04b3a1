"""What WSGI can say of the contract, version 1, in Flask's idiom. What each route does stands in CONTRACT.md.

Work behind a response is left to task queues by Flask.
"""

import functools
import time

import contract
from flask import Flask, Response, jsonify, redirect, request, send_file, url_for

app = Flask(__name__, static_folder=None)


def text(body, status=200):
    return Response(body, status, mimetype="text/plain")


@app.get("/")
def root():
    return text(contract.GREETING)


@app.post("/echo")
def echo():
    body = request.get_data()
    contract.note(request.args.get("key"), f"read {len(body)}")
    return Response(body, mimetype="application/octet-stream")


@app.post("/echo/stream")
def echo_stream():
    pieces = iter(functools.partial(request.stream.read, contract.PIECE), b"")
    return Response(pieces, mimetype="application/octet-stream")


@app.post("/json")
def json():
    return jsonify(request.get_json())


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


@app.get("/stream")
def stream():
    return text(two_parts(request.args["key"], contract.FIRST, contract.SECOND))


@app.get("/stream/gap")
def stream_gap():
    def parts():
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    return text(parts())


@app.get("/events")
def events():
    parts = two_parts(request.args["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    return Response(parts, content_type=contract.EVENT_STREAM)


@app.get("/endless")
def endless():
    def ticks(key):
        try:
            while True:
                yield contract.TICK
                time.sleep(contract.BETWEEN_TICKS)
        finally:
            contract.note(key, "endless left")

    return text(ticks(request.args["key"]))


@app.get("/poll")
def poll():
    contract.wait_until_opened(request.args["key"])
    return text("released")


@app.post("/gate")
def gate():
    contract.open_gate(request.args["key"])
    return text("opened")


@app.get("/journal")
def journal():
    return contract.journal(request.args["key"])


@app.get("/error")
def error():
    contract.fail()


@app.get("/error/late")
def error_late():
    def parts():
        yield contract.FIRST
        contract.fail()

    return text(parts())


@app.get("/path/<value>")
def path(value):
    return {"value": value}


@app.get("/link")
def link():
    return {"link": url_for("link", _external=True)}


@app.get("/headers")
def headers():
    return list(request.headers.items())


@app.get("/cookies")
def cookies():
    return dict(request.cookies)


@app.get("/query")
def query():
    return list(request.args.items(multi=True))


@app.get("/set-cookies")
def set_cookies():
    response = text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


@app.get("/repeated")
def repeated():
    response = text("repeated")
    response.headers.add("x-repeated", "one")
    response.headers.add("x-repeated", "two")
    return response


@app.get("/status/<int:code>")
def status(code):
    return "", code


@app.get("/redirect")
def redirected():
    return redirect(request.args.get("to", "/"))


@app.get("/file")
def file():
    return send_file(contract.FILE)


@app.get("/sync")
def sync():
    contract.block()
    return text("sync")
