"""What WSGI can say of the contract, version 1, in Bottle's idiom. What each route does stands in CONTRACT.md.

Bottle has the whole body in memory or in a file before a handler reads it, and no work behind a response.
"""

import json
import time

import contract
from bottle import Bottle, HTTPResponse, redirect, request, response, static_file

app = Bottle()


def as_json(value):
    response.content_type = "application/json"
    return json.dumps(value)


@app.get("/")
def root():
    response.content_type = "text/plain"
    return contract.GREETING


@app.post("/echo")
def echo():
    body = request.body.read()
    contract.note(request.query.get("key"), f"read {len(body)}")
    response.content_type = "application/octet-stream"
    return body


@app.post("/json")
def json_again():
    return as_json(request.json)


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


@app.get("/stream")
def stream():
    response.content_type = "text/plain"
    return two_parts(request.query["key"], contract.FIRST, contract.SECOND)


@app.get("/stream/gap")
def stream_gap():
    response.content_type = "text/plain"
    yield contract.FIRST
    yield b""
    yield contract.SECOND


@app.get("/events")
def events():
    response.content_type = contract.EVENT_STREAM
    return two_parts(request.query["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)


@app.get("/endless")
def endless():
    response.content_type = "text/plain"
    key = request.query["key"]
    try:
        while True:
            yield contract.TICK
            time.sleep(contract.BETWEEN_TICKS)
    finally:
        contract.note(key, "endless left")


@app.get("/poll")
def poll():
    contract.wait_until_opened(request.query["key"])
    response.content_type = "text/plain"
    return "released"


@app.post("/gate")
def gate():
    contract.open_gate(request.query["key"])
    response.content_type = "text/plain"
    return "opened"


@app.get("/journal")
def journal():
    return as_json(contract.journal(request.query["key"]))


@app.get("/error")
def error():
    contract.fail()


@app.get("/error/late")
def error_late():
    response.content_type = "text/plain"
    yield contract.FIRST
    contract.fail()


@app.get("/path/<value>")
def path(value):
    return {"value": value}


@app.get("/link", name="link")
def link():
    return {"link": app.get_url("link")}


@app.get("/headers")
def headers():
    return as_json(list(request.headers.items()))


@app.get("/cookies")
def cookies():
    return dict(request.cookies)


@app.get("/query")
def query():
    return as_json(list(request.query.decode().allitems()))


@app.get("/set-cookies")
def set_cookies():
    for name, value in contract.COOKIES:
        if name == "b":
            response.set_cookie(name, value, expires=time.time() + contract.EXPIRES_IN)
        else:
            response.set_cookie(name, value)
    response.content_type = "text/plain"
    return "cookies"


@app.get("/repeated")
def repeated():
    response.add_header("x-repeated", "one")
    response.add_header("x-repeated", "two")
    response.content_type = "text/plain"
    return "repeated"


@app.get("/status/<code:int>")
def status(code):
    return HTTPResponse(status=code)


@app.get("/redirect")
def redirected():
    redirect(request.query.to or "/")


@app.get("/file")
def file():
    return static_file(contract.FILE.name, root=contract.FILE.parent)


@app.get("/sync")
def sync():
    contract.block()
    response.content_type = "text/plain"
    return "sync"
